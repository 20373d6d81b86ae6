import { RemovalPolicy } from 'aws-cdk-lib'

/** The settings in which environments differ. */
export type Environment = {
  name: string
  region: string
  /** Issuer of the access tokens, as in their claim `iss`. Put your own user pool here before a deploy. */
  issuer: string
  /** The claim `aud`, or Cognito's `client_id`, of the access tokens. Put your own app client here before a deploy. */
  audience: string
  /** Where users sign in and get tokens. For Cognito this is the user pool's domain, not the issuer. */
  signInUrl: string
  /** The sender of e-mails. Its domain must be a verified identity in SES. */
  mailFrom: string
  /** The address of the pages, without a slash at the end. Links in e-mails begin with it. */
  webUrl: string
  /** ARN of a certificate for the host name of `webUrl`, in us-east-1. Without it, the pages have an address of CloudFront. */
  certificate?: string
  /** Invitations made and addresses not found, per sender account and UTC day. */
  dailyInvitations: number
  /** Invitations that an account makes to one address per UTC day. */
  dailyInvitationsPerAddress: number
  /** The days after which an invitation expires. A change applies to invitations that exist already. */
  invitationDays: number
  /** Whether table, buckets and queues stay when their stack is deleted. The table then has deletion protection too. */
  protect: boolean
  /** Days that logs are kept. */
  logDays: 7 | 30 | 90
  /** Requests per second, and in a burst, that each HTTP API lets through. It answers 429 to the rest. */
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
    invitationDays: 30,
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
    invitationDays: 30,
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
    invitationDays: 30,
    protect: true,
    logDays: 90,
    throttle,
  },
}

/**
 * The policy for a table, bucket or queue that leaves its stack. A retained one is still deleted if the deployment that
 * creates it fails, so that it does not remain, empty and in no stack.
 */
export const removalPolicy = ({ protect }: Environment) =>
  protect ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY

/** The scope that an access token must have. An ID token has no scope. */
export const scope = 'partners'

/**
 * The scope that the pages request. Cognito refuses a request for a scope without a slash, and a trigger adds
 * `partners`. Another issuer may need to be asked for it.
 */
export const signInScope = 'openid'
