declare module 'tr46' {
  type Options = {
    checkBidi: boolean
    checkHyphens: boolean
    checkJoiners: boolean
    ignoreInvalidPunycode: boolean
    transitionalProcessing: boolean
    useSTD3ASCIIRules: boolean
    verifyDNSLength: boolean
  }
  /** A domain in its ASCII form by UTS 46; null for what is none. */
  export function toASCII(domain: string, options: Options): string | null
}
