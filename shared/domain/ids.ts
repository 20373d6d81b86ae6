/**
 * An id that the host product gives: of an account, a user, or an object that is shared. API Gateway decodes and splits
 * paths before it routes, so an id with any other character, or `..`, could reach something else than what it names.
 */
export const hostIdPattern = /^(?!\.{1,2}$)[A-Za-z0-9!$&'()*+,\-.:;=@[\]_|~]{1,128}$/

export const hostIdRule =
  'An id has 1 to 128 printable ASCII characters other than space and " # % / < > ? \\ ^ ` { }, and is neither . nor ..'

export const isHostId = (text: string): boolean => hostIdPattern.test(text)
