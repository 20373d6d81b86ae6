/**
 * An id of the host product: of an account, a user or a shared object. API Gateway decodes and splits paths before it
 * routes, so an id with any other character, or `..`, could reach another resource.
 */
export const hostIdPattern = /^(?!\.{1,2}$)[A-Za-z0-9!$&'()*+,\-.:;=@[\]_|~]{1,128}$/

export const hostIdRule =
  'An id has 1 to 128 printable ASCII characters other than space and " # % / < > ? \\ ^ ` { }, and is neither . nor ..'

export const isHostId = (text: string): boolean => hostIdPattern.test(text)
