import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { createRoot } from 'react-dom/client'
import { languageFor } from '../shared/languages.ts'
import { Refused } from './api.ts'
import { App } from './app.tsx'
import { ConfirmPage, confirmPath, takeToken } from './confirm.tsx'
import { queryClient, readMe } from './data.ts'
import { SupersededProvider } from './dialogs.tsx'
import { NoticesProvider, problemWords } from './notices.tsx'
import { signOut, startSession } from './session.ts'
import './style.css'
import { languages, loadWords, useWords, type Words, WordsProvider } from './words.tsx'

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

/** A page in the user's language. `locale` is the user's own, if there is a user. */
async function localized(locale: string | undefined, children: LocalizedProps['children']) {
  const preferred = preferredLanguages(locale)
  const first = await wordsFor(languageFor(languages, preferred), preferred)
  return (
    <Localized first={first} preferred={preferred}>
      {children}
    </Localized>
  )
}

/** The page if the sign-in fails, or if the user was removed. */
function Failed({ error }: { error: unknown }) {
  const words = useWords()
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

async function page(): Promise<ReactElement> {
  if (location.pathname === confirmPath) {
    const token = takeToken()
    return localized(undefined, (choose) => <ConfirmPage token={token} onLanguage={choose} />)
  }
  try {
    await startSession()
    const { user } = await readMe()
    return await localized(user.locale, (choose) => (
      <NoticesProvider>
        <SupersededProvider>
          <App onLanguage={choose} />
        </SupersededProvider>
      </NoticesProvider>
    ))
  } catch (error) {
    return localized(undefined, () => <Failed error={error} />)
  }
}

const root = createRoot(document.getElementById('root') ?? document.body)
root.render(await page())
