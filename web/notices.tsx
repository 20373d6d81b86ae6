import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Refused } from './api.ts'
import { useWords, type Words } from './words.tsx'

/** Something that is told aside: what was done, or not done and why. */
export type Notice = { id: number; message: ReactNode; why?: ReactNode }

type Notices = { tell(message: ReactNode): void; refuse(message: ReactNode, error: unknown): void }

const NoticesContext = createContext<Notices | undefined>(undefined)
const shownMilliseconds = 8_000

/** Why something was refused, and what to do next, in the reader's words. */
export function problemWords(words: Words, error: unknown): ReactNode {
  if (!(error instanceof Refused)) return words.say('problem.no-answer')
  const { problem, retryAfter } = error
  if (problem?.code === 'quota-exceeded' && retryAfter !== undefined)
    return words.say('problem.quota-exceeded', { at: new Date(Date.now() + retryAfter * 1_000) })
  const key = `problem.${problem?.code}`
  if (words.has(key)) return words.say(key)
  return problem ? `${problem.title}. ${problem.detail}` : words.say('problem.internal-error')
}

let lastId = 0

/** Shows what is told until it has been read: what was done for some seconds, what was refused until it is dismissed. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const words = useWords()
  const notices = useRef<HTMLDivElement>(null)
  const [done, setDone] = useState<Notice[]>([])
  const [refused, setRefused] = useState<Notice[]>([])
  const tell = useCallback((message: ReactNode) => {
    const id = ++lastId
    setDone((all) => [...all, { id, message }])
    const leave = () => {
      // Nothing goes from under the pointer, nor with the focus in it.
      if (notices.current?.matches(':hover, :focus-within')) return later()
      setDone((all) => all.filter((one) => one.id !== id))
    }
    const later = () => void setTimeout(leave, shownMilliseconds)
    later()
  }, [])
  const refuse = useCallback(
    (message: ReactNode, error: unknown) =>
      setRefused((all) => [...all.slice(-2), { id: ++lastId, message, why: problemWords(words, error) }]),
    [words],
  )
  const dismiss = (id: number) => setRefused((all) => all.filter((one) => one.id !== id))
  return (
    <NoticesContext value={useMemo(() => ({ tell, refuse }), [tell, refuse])}>
      {children}
      <div ref={notices} className="notices" data-react-aria-top-layer>
        <div role="status" className="notice-list">
          {done.map(({ id, message }) => (
            <div className="notice" key={id}>
              <p>{message}</p>
            </div>
          ))}
        </div>
        <div role="alert" className="notice-list">
          {refused.map(({ id, message, why }) => (
            <div className="notice refused" key={id}>
              <p>
                <strong>{message}</strong> {why}
              </p>
              <Button className="quiet" onPress={() => dismiss(id)}>
                {words.text('action.close')}
              </Button>
            </div>
          ))}
        </div>
      </div>
    </NoticesContext>
  )
}

export function useNotices(): Notices {
  const notices = useContext(NoticesContext)
  if (!notices) throw new Error('Nobody shows notices here')
  return notices
}
