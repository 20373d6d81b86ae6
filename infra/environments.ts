import { RemovalPolicy } from 'aws-cdk-lib'

/** What one environment has of its own. Everything else is the same in all of them. */
export type Environment = {
  name: string
  region: string
  /** Issuer of the access tokens, as in their claim `iss`. Put your own user pool here before a deploy. */
  issuer: string
  /** The claim `aud`, or Cognito's `client_id`, of the access tokens. Put your own app client here before a deploy. */
  audience: string
  /** Where people sign in and tokens are given, which for Cognito is not the issuer but the user pool's domain. */
  signInUrl: string
  /** The address that e-mails come from. SES must have its domain as a verified identity. */
  mailFrom: string
  /** Where the pages are: links in e-mails begin with it. No slash at the end. */
  webUrl: string
  /** ARN of a certificate for its host name, in us-east-1; without it, the pages are at an address that CloudFront gives. */
  certificate?: string
  /** Invitations made and addresses not found, per sender account and UTC day. */
  dailyInvitations: number
  /** Invitations that an account makes to one address in a UTC day. */
  dailyInvitationsPerAddress: number
  /** Whether table, buckets and queues stay when their stack goes; the table has deletion protection besides. */
  protect: boolean
  /** Days that logs are kept. */
  logDays: 7 | 30 | 90
  /** Requests a second that the API lets through in all, and in a burst. It answers 429 to the rest. */
  throttle: { rateLimit: number; burstLimit: number }
}

const region = 'eu-north-1'
const throttle = { rateLimit: 100, burstLimit: 200 }

export const environments: Record<'dev' | 'staging' | 'prod', Environment> = {
  dev: {
    name: 'dev',
    region,
    issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_EXAMPLE1',
    audience: '1example23456789dev',
    signInUrl: 'https://partner-accounts-dev.auth.eu-north-1.amazoncognito.com',
    mailFrom: 'partners@dev.accounts.example',
    webUrl: 'https://dev.accounts.example',
    dailyInvitations: 10_000,
    dailyInvitationsPerAddress: 1_000,
    protect: false,
    logDays: 7,
    throttle,
  },
  staging: {
    name: 'staging',
    region,
    issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_EXAMPLE2',
    audience: '1example23456789staging',
    signInUrl: 'https://partner-accounts-staging.auth.eu-north-1.amazoncognito.com',
    mailFrom: 'partners@staging.accounts.example',
    webUrl: 'https://staging.accounts.example',
    dailyInvitations: 200,
    dailyInvitationsPerAddress: 3,
    protect: true,
    logDays: 30,
    throttle,
  },
  prod: {
    name: 'prod',
    region,
    issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_EXAMPLE3',
    audience: '1example23456789prod',
    signInUrl: 'https://partner-accounts-prod.auth.eu-north-1.amazoncognito.com',
    mailFrom: 'partners@accounts.example',
    webUrl: 'https://accounts.example',
    dailyInvitations: 200,
    dailyInvitationsPerAddress: 3,
    protect: true,
    logDays: 90,
    throttle,
  },
}

/**
 * What becomes of a table, bucket or queue when it leaves its stack. One that stays is deleted all the same where the
 * deployment that makes it fails: otherwise it would be left over, empty and in no stack.
 */
export const removalPolicy = ({ protect }: Environment) =>
  protect ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY

/** The scope that an access token must have; an ID token has none. */
export const scope = 'partners'

/**
 * What the pages ask the issuer for. Cognito refuses a scope without a slash in it, and adds `partners` by a trigger;
 * another issuer may want to be asked for it.
 */
export const signInScope = 'openid'
