import { demoAccounts } from './accounts.ts'
import { seed } from './seed.ts'
import { startSignIn } from './sign-in.ts'

// shared/table takes the table's name and address from the environment too.
const { API_URL, JWT_AUDIENCE = '', JWT_ISSUER = '', SEED, TOKEN_PORT } = process.env
const seeded = SEED === 'demo' ? demoAccounts : []

process.on('disconnect', () => process.exit())

const seedAll = async () => {
  for (const account of seeded) await seed(account, new Date().toISOString())
}
// The local stack sends a message when it has started a new, empty database.
process.on('message', () => void seedAll().then(() => process.send?.('seeded')))

await seedAll()
const rules = { issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
const { token, jwks } = await startSignIn(Number(TOKEN_PORT), rules, seeded)
process.send?.({ token, jwks, notes: seeded.length > 0 ? tour() : ['No accounts were added (--seed none).'] })

/** Lines about the first things to try. */
function tour(): string[] {
  const people = seeded.map(
    ({ name, users }) =>
      `  ${name}: ${users.map(({ email, profile }) => `${email} (${profile})`).join(', ')}`,
  )
  const [ada] = seeded.flatMap(({ users }) => users)
  return [
    'Sign in by e-mail address, with any password or none:',
    ...people,
    '',
    'Try:',
    `TOKEN=$(curl -s -d grant_type=password -d username=${ada?.email} ${token} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `curl -s -H "Authorization: Bearer $TOKEN" ${API_URL}/v1/me`,
  ]
}
