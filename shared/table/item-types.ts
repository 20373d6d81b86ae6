import type {
  AccountItem,
  AddressItem,
  ConfirmationItem,
  ContactItem,
  CopyItem,
  EmailItem,
  EventItem,
  InvitationItem,
  MailItem,
  PairItem,
  PartnershipItem,
  QuotaItem,
  ShareItem,
  SliceItem,
  UserItem,
} from './items.ts'

/** What kind of item it is: the attribute `type` that every item carries, and that stream filters go by. */
export type ItemType = (
  | AccountItem
  | UserItem
  | EmailItem
  | AddressItem
  | ConfirmationItem
  | InvitationItem
  | PairItem
  | PartnershipItem
  | ContactItem
  | EventItem
  | MailItem
  | QuotaItem
  | ShareItem
  | CopyItem
  | SliceItem
)['type']
