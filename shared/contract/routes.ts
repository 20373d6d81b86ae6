/**
 * Every route of the HTTP interface, by the name that its function, file, construct and log lines carry too.
 * The paths are API Gateway's: `{id}` is a path parameter, percent-decoded by the gateway.
 */
export const routes = {
  'get-me': { method: 'GET', path: '/v1/me' },
  'send-invitation': { method: 'POST', path: '/v1/invitations' },
  'list-invitations': { method: 'GET', path: '/v1/invitations' },
  'get-invitation': { method: 'GET', path: '/v1/invitations/{id}' },
  'accept-invitation': { method: 'POST', path: '/v1/invitations/{id}/accept' },
  'reject-invitation': { method: 'POST', path: '/v1/invitations/{id}/reject' },
  'delete-invitation': { method: 'DELETE', path: '/v1/invitations/{id}' },
  'list-partners': { method: 'GET', path: '/v1/partners' },
  'get-partner': { method: 'GET', path: '/v1/partners/{accountId}' },
  'delete-partner': { method: 'DELETE', path: '/v1/partners/{accountId}' },
  'list-contacts': { method: 'GET', path: '/v1/contacts' },
  'list-users': { method: 'GET', path: '/v1/users' },
  'add-user': { method: 'POST', path: '/v1/users' },
  'change-user': { method: 'PATCH', path: '/v1/users/{id}' },
  'remove-user': { method: 'DELETE', path: '/v1/users/{id}' },
} as const satisfies Record<string, { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; path: `/v1/${string}` }>

export type RouteName = keyof typeof routes
