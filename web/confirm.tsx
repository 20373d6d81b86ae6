import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Button } from 'react-aria-components/Button'
import { dataOf, openApi, Refused } from './api.ts'
import { Brand, LanguageChoice } from './header.tsx'
import { problemWords } from './notices.tsx'
import { useWords } from './words.tsx'

/** The path in the link of a confirmation e-mail. */
export const confirmPath = '/confirm'

/** Moves the token from the address to the history state, which a reload finds and screenshots do not show. */
export function takeToken(): string {
  const token = location.hash.slice(1) || (history.state as { token?: string } | null)?.token || ''
  history.replaceState({ token }, '', confirmPath)
  // Opening another link in the same tab changes only the hash.
  addEventListener('hashchange', () => location.reload())
  return token
}

/** The state after a refusal. Undefined if the same request may succeed later. */
function refusedState(error: unknown): 'taken' | 'unknown' | undefined {
  if (!(error instanceof Refused)) return undefined
  if (error.problem?.code === 'email-taken') return 'taken'
  return [400, 404, 422].includes(error.status) ? 'unknown' : undefined
}

/** Confirms an address without sign-in. Only the button does, because mail scanners open links before people. */
export function ConfirmPage({ token, onLanguage }: { token: string; onLanguage(language: string): void }) {
  const words = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  const confirmation = useMutation({
    mutationFn: async () => dataOf(await openApi.POST('/v1/confirmations', { body: { token } })),
    // A link works once. After a lost answer, an automatic retry would report the link as used.
    retry: false,
  })
  const settled = confirmation.isSuccess ? 'confirmed' : refusedState(confirmation.error)
  const state = token === '' ? 'no-link' : (settled ?? 'asking')
  const title = words.text(`confirm.title.${state}`)
  useEffect(() => {
    document.title = `${title} – ${words.text('app.name')}`
  }, [title, words])
  useEffect(() => {
    if (settled) heading.current?.focus()
  }, [settled])
  return (
    <>
      <header>
        <div className="header-line">
          <Brand />
          <div className="signed-in language-only">
            <LanguageChoice onLanguage={onLanguage} />
          </div>
        </div>
      </header>
      <main className="standalone">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{words.say(`confirm.what.${state}`)}</p>
        {state === 'asking' && (
          <>
            <ul className="bullets">
              <li>{words.say('confirm.point.invited')}</li>
              <li>{words.say('confirm.point.mail')}</li>
              <li>{words.say('confirm.point.partners')}</li>
            </ul>
            <div role="alert">
              {confirmation.isError && (
                <p className="fault">
                  <strong>{words.text('confirm.undone')}</strong> {problemWords(words, confirmation.error)}
                </p>
              )}
            </div>
            <div className="actions">
              {/* With isPending, React Aria would announce this button by its id after it is gone. */}
              <Button
                className={confirmation.isPending ? 'primary pending' : 'primary'}
                onPress={() => confirmation.isPending || confirmation.mutate()}
              >
                {words.text(confirmation.isError ? 'action.try-again' : 'confirm.action')}
              </Button>
            </div>
            <p className="soft">{words.say('confirm.otherwise')}</p>
          </>
        )}
        {state === 'confirmed' && (
          <p>
            <a href="/">{words.text('action.to-partners')}</a>
          </p>
        )}
      </main>
    </>
  )
}
