import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Refused } from './api.ts'
import { useWords, type Words } from './words.tsx'

/** A message about an action that was done, or refused with a reason. */
export type Notice = { id: number; message: ReactNode; why?: ReactNode }

type Notices = {
  notify(message: ReactNode): void
  notifyRefusal(message: ReactNode, error: unknown): void
}

const NoticesContext = createContext<Notices | undefined>(undefined)
const shownMilliseconds = 8_000

/** The reason of a refusal and what to do next, in the user's language. */
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

/** Shows notices: of a success for some seconds, of a refusal until the user closes it. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const words = useWords()
  const notices = useRef<HTMLDivElement>(null)
  /** Whether the pointer has moved on the notice under it. A notice that comes under a resting pointer can cover the next button. */
  const isPointedAt = useRef(false)
  const [done, setDone] = useState<Notice[]>([])
  const [refused, setRefused] = useState<Notice[]>([])
  const notify = useCallback((message: ReactNode) => {
    const id = ++lastId
    setDone((all) => [...all, { id, message }])
    const leave = () => {
      // A notice that the user points at, or that has the focus, stays.
      const held = isPointedAt.current ? ':hover, :focus-within' : ':focus-within'
      if (notices.current?.matches(held)) return later()
      setDone((all) => all.filter((one) => one.id !== id))
    }
    const later = () => void setTimeout(leave, shownMilliseconds)
    later()
  }, [])
  const notifyRefusal = useCallback(
    (message: ReactNode, error: unknown) =>
      setRefused((all) => [...all.slice(-2), { id: ++lastId, message, why: problemWords(words, error) }]),
    [words],
  )
  const dismiss = (id: number) => setRefused((all) => all.filter((one) => one.id !== id))
  return (
    <NoticesContext value={useMemo(() => ({ notify, notifyRefusal }), [notify, notifyRefusal])}>
      {children}
      <div
        ref={notices}
        className="notices"
        data-react-aria-top-layer
        onPointerOver={() => {
          isPointedAt.current = false
        }}
        onPointerMove={({ movementX, movementY }) => {
          if (movementX !== 0 || movementY !== 0) isPointedAt.current = true
        }}
      >
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
  if (!notices) throw new Error('useNotices needs a NoticesProvider')
  return notices
}
