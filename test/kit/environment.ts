import { environment } from '../../shared/environment.ts'

/** The variables that functions require beside the table's name, with quotas that only tests of quotas use up. */
export const functionsEnvironment = {
  // Tests read what is logged from a spy.
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  [environment.dailyInvitations]: '10000',
  [environment.dailyInvitationsPerAddress]: '1000',
  [environment.invitationDays]: '30',
  [environment.mailFrom]: 'partners@product.example',
  [environment.webUrl]: 'https://product.example',
}
