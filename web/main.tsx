import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { createRoot, type Root } from 'react-dom/client'
import { Refused } from './api.ts'
import { App } from './app.tsx'
import { ConfirmPage, confirmPath, takeToken } from './confirm.tsx'
import { queryClient, readMe } from './data.ts'
import { OvertakenProvider } from './dialogs.tsx'
import { NoticesProvider, problemWords } from './notices.tsx'
import { signOut, startSession } from './session.ts'
import './style.css'
import { languageFor, loadWords, type Words, WordsProvider } from './words.tsx'

const chosen = 'language'

/** The languages that the reader may want, most wanted first. */
const wishes = (locale: string | undefined): string[] =>
  [localStorage.getItem(chosen), locale, ...(locale ? [] : navigator.languages)].filter(
    (wish) => wish != null,
  )

async function wordsFor(language: string, wished: string[]): Promise<Words> {
  const words = await loadWords(language, wished)
  document.documentElement.lang = words.locale
  return words
}

type LocalizedProps = {
  first: Words
  wished: string[]
  children(onLanguage: (language: string) => void): ReactNode
}

function Localized({ first, wished, children }: LocalizedProps) {
  const [words, setWords] = useState(first)
  const choose = async (language: string) => {
    localStorage.setItem(chosen, language)
    setWords(await wordsFor(language, wished))
  }
  return (
    <QueryClientProvider client={queryClient}>
      <WordsProvider value={words}>
        <I18nProvider locale={words.locale}>{children(choose)}</I18nProvider>
      </WordsProvider>
    </QueryClientProvider>
  )
}

/** What is there where one can't be signed in, or is no user any more. */
function Failed({ error, words }: { error: unknown; words: Words }) {
  return (
    <main className="alone">
      <h1>{words.text('start.failed')}</h1>
      <p role="alert">
        {error instanceof Refused ? problemWords(words, error) : words.text('start.failed.why')}
      </p>
      <div className="actions">
        <Button className="primary" onPress={() => location.assign('/')}>
          {words.text('action.try-again')}
        </Button>
        {error instanceof Refused && (
          <Button onPress={() => void signOut()}>{words.text('app.sign-out')}</Button>
        )}
      </div>
    </main>
  )
}

/** The one page that needs no sign-in. */
async function startConfirmation(root: Root) {
  const token = takeToken()
  const wished = wishes(undefined)
  const first = await wordsFor(languageFor(wished), wished)
  root.render(
    <Localized first={first} wished={wished}>
      {(choose) => <ConfirmPage token={token} onLanguage={choose} />}
    </Localized>,
  )
}

async function start() {
  const root = createRoot(document.getElementById('root') ?? document.body)
  if (location.pathname === confirmPath) return startConfirmation(root)
  try {
    await startSession()
    const { user } = await readMe()
    const wished = wishes(user.locale)
    const first = await wordsFor(languageFor(wished), wished)
    root.render(
      <Localized first={first} wished={wished}>
        {(choose) => (
          <NoticesProvider>
            <OvertakenProvider>
              <App onLanguage={choose} />
            </OvertakenProvider>
          </NoticesProvider>
        )}
      </Localized>,
    )
  } catch (error) {
    const wished = wishes(undefined)
    root.render(<Failed error={error} words={await wordsFor(languageFor(wished), wished)} />)
  }
}

void start()
