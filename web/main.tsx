import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { createRoot, type Root } from 'react-dom/client'
import { languageFor } from '../shared/languages.ts'
import { Refused } from './api.ts'
import { App } from './app.tsx'
import { ConfirmPage, confirmPath, takeToken } from './confirm.tsx'
import { queryClient, readMe } from './data.ts'
import { SupersededProvider } from './dialogs.tsx'
import { NoticesProvider, problemWords } from './notices.tsx'
import { signOut, startSession } from './session.ts'
import './style.css'
import { languages, loadWords, type Words, WordsProvider } from './words.tsx'

const chosen = 'language'

/** The languages that the user prefers, the most preferred first. */
const preferredLanguages = (locale: string | undefined): string[] =>
  [localStorage.getItem(chosen), locale, ...(locale ? [] : navigator.languages)].filter(
    (language) => language != null,
  )

async function wordsFor(language: string, preferred: string[]): Promise<Words> {
  const words = await loadWords(language, preferred)
  document.documentElement.lang = words.locale
  return words
}

type LocalizedProps = {
  first: Words
  preferred: string[]
  children(onLanguage: (language: string) => void): ReactNode
}

function Localized({ first, preferred, children }: LocalizedProps) {
  const [words, setWords] = useState(first)
  const choose = async (language: string) => {
    localStorage.setItem(chosen, language)
    setWords(await wordsFor(language, preferred))
  }
  return (
    <QueryClientProvider client={queryClient}>
      <WordsProvider value={words}>
        <I18nProvider locale={words.locale}>{children(choose)}</I18nProvider>
      </WordsProvider>
    </QueryClientProvider>
  )
}

/** The page if the sign-in fails, or if the user was removed. */
function Failed({ error, words }: { error: unknown; words: Words }) {
  return (
    <main className="standalone">
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
  const preferred = preferredLanguages(undefined)
  const first = await wordsFor(languageFor(languages, preferred), preferred)
  root.render(
    <Localized first={first} preferred={preferred}>
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
    const preferred = preferredLanguages(user.locale)
    const first = await wordsFor(languageFor(languages, preferred), preferred)
    root.render(
      <Localized first={first} preferred={preferred}>
        {(choose) => (
          <NoticesProvider>
            <SupersededProvider>
              <App onLanguage={choose} />
            </SupersededProvider>
          </NoticesProvider>
        )}
      </Localized>,
    )
  } catch (error) {
    const preferred = preferredLanguages(undefined)
    root.render(<Failed error={error} words={await wordsFor(languageFor(languages, preferred), preferred)} />)
  }
}

void start()
