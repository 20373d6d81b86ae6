import { expect, it } from 'vitest'
import { isHostId } from '../../shared/domain/ids.ts'

/** From http-api.md: printable ASCII other than space and these. */
const refused = '"#%/<>?\\^`{}'

it('an id that the host gives has printable ASCII characters that API Gateway leaves alone', () => {
  for (let code = 0; code < 0x180; code++) {
    const character = String.fromCharCode(code)
    const allowed = code > 0x20 && code < 0x7f && !refused.includes(character)
    expect(isHostId(`a${character}`), character).toBe(allowed)
  }
})

it.each(['a', '...', '.a', '..a', 'a'.repeat(128), '@'.repeat(128), "!$&'()*+,-.:;=@[]_|~"])(
  '%j is one',
  (id) => {
    expect(isHostId(id)).toBe(true)
  },
)

it.each(['', '.', '..', 'a'.repeat(129), 'å', '👩', '\ud800', 'a\n', 'a b', '../x', '%2e%2e'])(
  '%j is none',
  (id) => {
    expect(isHostId(id)).toBe(false)
  },
)
