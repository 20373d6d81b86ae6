import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { Button } from 'react-aria-components/Button'
import { Dialog, DialogTrigger, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components/TextField'
import { type ProblemCode, Refused } from './api.ts'
import { keepFocus } from './data.ts'
import { problemWords } from './notices.tsx'
import { type MessageKey, useWords, type Words } from './words.tsx'

const Superseded = createContext(() => {})

/**
 * If a dialog disappears because somebody else has changed or removed its subject, shows another dialog that says so in
 * its place. So a click on the first dialog's button does not hit what is behind it.
 */
export function SupersededProvider({ children }: { children: ReactNode }) {
  const words = useWords()
  const [shown, setShown] = useState(false)
  const close = () => {
    setShown(false)
    keepFocus()
  }
  return (
    <Superseded value={useCallback(() => setShown(true), [])}>
      {children}
      <ModalOverlay className="overlay" isOpen={shown} onOpenChange={close} isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog">
            <Heading slot="title">{words.text('overtaken.title')}</Heading>
            <p>{words.text('overtaken.what')}</p>
            <div className="actions">
              <Button className="primary" autoFocus onPress={close}>
                {words.text('action.close')}
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </Superseded>
  )
}

type Opener = {
  /** The text of the button that opens the dialog. */
  action: string
  /** Whether it is the main action of the page. */
  primary?: boolean
  /** The id of an element that describes the button's object. */
  about?: string
}

type DialogButtonProps = Opener & { role: 'dialog' | 'alertdialog'; children(close: () => void): ReactNode }

function DialogButton({ action, primary, about, role, children }: DialogButtonProps) {
  const superseded = useContext(Superseded)
  /** The page on which the dialog is open. */
  const openOn = useRef<string>(undefined)
  useEffect(
    () => () => {
      if (openOn.current === location.pathname) superseded()
    },
    [superseded],
  )
  return (
    <DialogTrigger
      onOpenChange={(isOpen) => {
        openOn.current = isOpen ? location.pathname : undefined
      }}
    >
      <Button className={primary ? 'primary' : ''} {...(about && { 'aria-describedby': about })}>
        {action}
      </Button>
      {/* A click beside a form must not lose its content. */}
      <ModalOverlay className="overlay" isDismissable={role === 'alertdialog'}>
        <Modal className="modal">
          <Dialog role={role}>{({ close }) => children(close)}</Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  )
}

type ConfirmProps = Opener & {
  title: ReactNode
  /** Whether the action removes something. Then Cancel has the focus. */
  destructive?: boolean
  onConfirm(): void
  children: ReactNode
}

/** A button with a dialog that says what will happen and asks for confirmation. */
export function Confirm({ title, destructive = false, onConfirm, children, ...opener }: ConfirmProps) {
  const words = useWords()
  return (
    <DialogButton {...opener} role="alertdialog">
      {(close) => (
        <>
          <Heading slot="title">{title}</Heading>
          {children}
          <div className="actions">
            <Button autoFocus={destructive} onPress={close}>
              {words.text('action.cancel')}
            </Button>
            <Button
              className={destructive ? 'primary destructive' : 'primary'}
              autoFocus={!destructive}
              onPress={() => {
                close()
                onConfirm()
              }}
            >
              {opener.action}
            </Button>
          </div>
        </>
      )}
    </DialogButton>
  )
}

/** The problem of each field. `form` has a problem that concerns no field. */
export type Faults = Partial<Record<string, ReactNode>>

/** The fields of a form, each with the problem codes that are shown at it although they name no field. */
type Fields = Record<string, readonly ProblemCode[]>

function faultsOf(words: Words, error: unknown, fields: Fields): Faults {
  const problem = error instanceof Refused ? error.problem : undefined
  const named = (problem?.errors ?? []).flatMap(({ pointer, detail }) => {
    const field = pointer.slice(1)
    const key = `invalid.${field}`
    return Object.hasOwn(fields, field) ? [[field, words.has(key) ? words.text(key) : detail]] : []
  })
  if (problem?.code === 'invalid-field' && named.length > 0) return Object.fromEntries(named)
  const field = Object.keys(fields).find((name) => problem && fields[name]?.includes(problem.code))
  return { [field ?? 'form']: problemWords(words, error) }
}

type FormDialogProps<Value> = Opener & {
  title: string
  /** The text of the button that submits the form. */
  submit: string
  fields: Fields
  /** Receives all fields, and those that the reader changed. Throws the refusal, which the form then shows. */
  onSubmit(value: Value, changed: Partial<Value>): Promise<unknown>
  children(faults: Faults): ReactNode
}

/** A button that opens a form. The form's fields together make a value. */
export function FormDialog<Value extends Record<string, string>>(props: FormDialogProps<Value>) {
  return (
    <DialogButton {...props} role="dialog">
      {(close) => <DialogForm {...props} close={close} />}
    </DialogButton>
  )
}

function DialogForm<Value extends Record<string, string>>(props: FormDialogProps<Value> & { close(): void }) {
  const { title, submit, fields, onSubmit, close, children } = props
  const words = useWords()
  const form = useRef<HTMLFormElement>(null)
  const [faults, setFaults] = useState<Faults>({})
  const [busy, setBusy] = useState(false)
  const before = useRef<Record<string, unknown>>({})
  useEffect(() => {
    if (form.current) before.current = filledIn(form.current)
    form.current?.querySelector<HTMLElement>('input, select')?.focus()
  }, [])
  useEffect(() => {
    if (Object.keys(faults).length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [faults])
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFaults({})
    try {
      const filled = filledIn(event.currentTarget)
      const changed = Object.entries(filled).filter(([name, value]) => value !== before.current[name])
      await onSubmit(filled as Value, Object.fromEntries(changed) as Partial<Value>)
      close()
    } catch (error) {
      setFaults(faultsOf(words, error, fields))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form ref={form} onSubmit={send} noValidate aria-busy={busy}>
      <Heading slot="title">{title}</Heading>
      {children(faults)}
      <div role="alert">{faults.form && <p className="fault">{faults.form}</p>}</div>
      <div className="actions">
        <Button onPress={close}>{words.text('action.cancel')}</Button>
        <Button type="submit" className="primary" isPending={busy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

const filledIn = (form: HTMLFormElement) => Object.fromEntries(new FormData(form))

type FieldProps = { name: string; label: MessageKey; hint?: MessageKey; fault: ReactNode; value?: string }

type LineFieldProps = FieldProps & { type?: 'text' | 'email' | 'url' }

/** A text field. */
export function LineField({ name, label, hint, fault, value, type = 'text' }: LineFieldProps) {
  const words = useWords()
  return (
    <TextField
      className="field"
      name={name}
      type={type}
      {...(value !== undefined && { defaultValue: value })}
      isInvalid={fault !== undefined}
      validationBehavior="aria"
      autoComplete="off"
    >
      <Label>{words.text(label)}</Label>
      <Input dir="auto" />
      {hint && <Text slot="description">{words.text(hint)}</Text>}
      <FieldError className="fault">{fault}</FieldError>
    </TextField>
  )
}

type ChoiceFieldProps = FieldProps & { choices: { value: string; words: string }[] }

/** A choice among a few values. */
export function ChoiceField({ name, label, hint, fault, value, choices }: ChoiceFieldProps) {
  const words = useWords()
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{words.text(label)}</label>
      <select
        id={id}
        name={name}
        defaultValue={value}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-hint ${id}-fault`}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.words}
          </option>
        ))}
      </select>
      {hint && <span id={`${id}-hint`}>{words.text(hint)}</span>}
      {fault && (
        <span id={`${id}-fault`} className="fault">
          {fault}
        </span>
      )}
    </div>
  )
}
