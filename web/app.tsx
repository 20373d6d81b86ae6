import { onlineManager } from '@tanstack/react-query'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { Button } from 'react-aria-components/Button'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { ActivityPage } from './activity.tsx'
import { received } from './api.ts'
import { ContactsPage } from './contacts.tsx'
import { useMe, useRows } from './data.ts'
import { Brand, LanguageChoice } from './header.tsx'
import { useNotices } from './notices.tsx'
import { Page } from './page.tsx'
import { PartnersPage } from './partners.tsx'
import { signOut } from './session.ts'
import { SharesPage } from './shares.tsx'
import { UsersPage } from './users.tsx'
import { useWords } from './words.tsx'

const pages = [
  { name: 'partners', path: '/partners', page: PartnersPage },
  { name: 'contacts', path: '/contacts', page: ContactsPage },
  { name: 'users', path: '/users', page: UsersPage },
  { name: 'shares', path: '/shares', page: SharesPage },
  { name: 'activity', path: '/activity', page: ActivityPage },
] as const

const waitingList = received('pending')

/** The application for a signed-in user. */
export function App({ onLanguage }: { onLanguage(language: string): void }) {
  const words = useWords()
  const me = useMe().data
  const online = useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  )
  const waiting = useWaiting()
  const [location] = useLocation()
  const current = pages.find(({ path }) => path === location)
  useEffect(() => {
    const page = words.text(current ? `${current.name}.title` : 'lost.title')
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${page} – ${words.text('app.name')}`
  }, [words, current, waiting])
  return (
    <>
      <a className="skip" href="#main">
        {words.text('app.skip')}
      </a>
      <header>
        <div className="header-line">
          <Brand />
          <div className="signed-in">
            <p>
              <bdi>{me?.user.name}</bdi>
              <bdi>{me?.account.name}</bdi>
            </p>
            <LanguageChoice onLanguage={onLanguage} />
            <Button className="quiet" onPress={() => void signOut()}>
              {words.text('app.sign-out')}
            </Button>
          </div>
        </div>
        <nav aria-label={words.text('app.pages')}>
          <ul>
            {pages.map(({ name, path }) => (
              <li key={path}>
                <Link
                  href={path}
                  aria-current={path === location ? 'page' : undefined}
                  aria-describedby={name === 'partners' && waiting > 0 ? 'waiting' : undefined}
                >
                  {words.text(`${name}.title`)}
                  {name === 'partners' && waiting > 0 && (
                    <span className="number" aria-hidden="true">
                      {waiting}
                    </span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
          <p id="waiting" hidden>
            {words.text('app.waiting', { count: waiting })}
          </p>
        </nav>
      </header>
      <div role="status">{!online && <p className="offline">{words.text('app.offline')}</p>}</div>
      <main id="main" tabIndex={-1}>
        <Switch>
          {pages.map(({ path, page }) => (
            <Route key={path} path={path} component={page} />
          ))}
          <Route path="/">
            <Redirect to="/partners" replace />
          </Route>
          <Route>
            <Page title="lost.title" lead="lost.lead">
              <p>
                <Link href="/partners">{words.text('action.to-partners')}</Link>
              </p>
            </Page>
          </Route>
        </Switch>
      </main>
    </>
  )
}

/** The number of received invitations without an answer. A notice on any page announces a new one. */
function useWaiting(): number {
  const words = useWords()
  const { notify } = useNotices()
  const { rows } = useRows(waitingList)
  const known = useRef<Set<string>>(undefined)
  useEffect(() => {
    if (!rows) return
    const before = known.current
    known.current = new Set([...(before ?? []), ...rows.map(({ id }) => id)])
    const arrived = before ? rows.filter(({ id }) => !before.has(id)) : []
    for (const { sender } of arrived) {
      notify(
        <>
          {words.say('app.invited', { account: sender.accountName })}{' '}
          <Link href="/partners">{words.text('app.invited.link')}</Link>
        </>,
      )
    }
  }, [rows, notify, words])
  return rows?.length ?? 0
}
