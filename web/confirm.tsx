import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Button } from 'react-aria-components/Button'
import { dataOf, openApi, Refused } from './api.ts'
import { Brand, LanguageChoice } from './header.tsx'
import { problemWords } from './notices.tsx'
import { useWords } from './words.tsx'

/** Where the link of a confirmation e-mail leads to. */
export const confirmPath = '/confirm'

/**
 * Takes the token out of the address, so that it is not in the address bar, in pictures of the page or in the history's
 * list. The history entry's state keeps it for when the page is loaded again.
 */
export function takeToken(): string {
  const token = location.hash.slice(1) || (history.state as { token?: string } | null)?.token || ''
  history.replaceState({ token }, '', confirmPath)
  // Another link opened in the same tab changes the hash only.
  addEventListener('hashchange', () => location.reload())
  return token
}

/** The state that a refusal leads to; undefined where the same request may succeed later. */
function refusedState(error: unknown): 'taken' | 'unknown' | undefined {
  if (!(error instanceof Refused)) return undefined
  if (error.problem?.code === 'email-taken') return 'taken'
  return [400, 404, 422].includes(error.status) ? 'unknown' : undefined
}

/**
 * Confirms an e-mail address, for whoever has the link, signed in or not. Only the button confirms: mail scanners open
 * links before people do.
 */
export function ConfirmPage({ token, onLanguage }: { token: string; onLanguage(language: string): void }) {
  const words = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  const confirmation = useMutation({
    mutationFn: async () => dataOf(await openApi.POST('/v1/confirmations', { body: { token } })),
    // A link works once: were the answer lost, a second request sent unasked would say that the link is used.
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
          <div className="who language-only">
            <LanguageChoice onLanguage={onLanguage} />
          </div>
        </div>
      </header>
      <main className="alone">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{words.say(`confirm.what.${state}`)}</p>
        {state === 'asking' && (
          <>
            <ul className="points">
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
              {/* Not isPending: React Aria would announce this button by its id when it is gone already. */}
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
