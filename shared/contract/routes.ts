export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** API Gateway's: `{id}` is a path parameter, percent-decoded by the gateway. */
  path: `/v1/${string}`
  /** Who may call it: any user of an account, only its administrators, the host product's back end, or anyone. */
  access: Access
}
export type Access = 'user' | 'administrator' | 'host' | 'anyone'

/** Every route of the HTTP interface, by the name that its function, file, construct and log lines carry too. */
export const routes = {
  'get-me': { method: 'GET', path: '/v1/me', access: 'user' },
  'send-invitation': { method: 'POST', path: '/v1/invitations', access: 'administrator' },
  'list-invitations': { method: 'GET', path: '/v1/invitations', access: 'user' },
  'get-invitation': { method: 'GET', path: '/v1/invitations/{id}', access: 'user' },
  'accept-invitation': { method: 'POST', path: '/v1/invitations/{id}/accept', access: 'administrator' },
  'reject-invitation': { method: 'POST', path: '/v1/invitations/{id}/reject', access: 'administrator' },
  'delete-invitation': { method: 'DELETE', path: '/v1/invitations/{id}', access: 'administrator' },
  'list-partners': { method: 'GET', path: '/v1/partners', access: 'user' },
  'get-partner': { method: 'GET', path: '/v1/partners/{accountId}', access: 'user' },
  'delete-partner': { method: 'DELETE', path: '/v1/partners/{accountId}', access: 'administrator' },
  'list-contacts': { method: 'GET', path: '/v1/contacts', access: 'user' },
  'delete-contact': { method: 'DELETE', path: '/v1/contacts/{id}', access: 'administrator' },
  'list-users': { method: 'GET', path: '/v1/users', access: 'user' },
  'add-user': { method: 'POST', path: '/v1/users', access: 'administrator' },
  'change-user': { method: 'PATCH', path: '/v1/users/{id}', access: 'administrator' },
  'remove-user': { method: 'DELETE', path: '/v1/users/{id}', access: 'administrator' },
  'send-confirmation': { method: 'POST', path: '/v1/users/{id}/confirmation', access: 'administrator' },
  'confirm-address': { method: 'POST', path: '/v1/confirmations', access: 'anyone' },
  'add-share': { method: 'POST', path: '/v1/shares', access: 'user' },
  'list-shares': { method: 'GET', path: '/v1/shares', access: 'user' },
  'remove-share': { method: 'DELETE', path: '/v1/shares/{id}', access: 'user' },
  'list-activity': { method: 'GET', path: '/v1/activity', access: 'user' },
  'put-account': { method: 'PUT', path: '/v1/directory/accounts/{accountId}', access: 'host' },
  'put-user': { method: 'PUT', path: '/v1/directory/accounts/{accountId}/users/{userId}', access: 'host' },
  'drop-user': {
    method: 'DELETE',
    path: '/v1/directory/accounts/{accountId}/users/{userId}',
    access: 'host',
  },
  'get-openapi': { method: 'GET', path: '/v1/openapi.json', access: 'anyone' },
  'get-docs': { method: 'GET', path: '/v1/docs', access: 'anyone' },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
