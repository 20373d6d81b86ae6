export const shareKinds = ['proof', 'file', 'folder'] as const

/** What can be shared: the host product's objects. */
export type ShareKind = (typeof shareKinds)[number]
