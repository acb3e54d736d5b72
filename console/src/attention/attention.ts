/** What asks for the person's attention. */
export interface Attention {
  /** Offers that are open, by conversation id. */
  readonly offers: readonly string[];
  /** Conversations that wait for a reply of the person. */
  readonly unanswered: number;
}

/** The title of the page: how many conversations want something of the person, and the name. */
export const titleOf = ({ offers, unanswered }: Attention, name: string): string => {
  const count = offers.length + unanswered;
  return count === 0 ? name : `(${count}) ${name}`;
};

/** The offers that have come since. */
export const newOffers = (before: Attention, after: Attention): readonly string[] =>
  after.offers.filter((id) => !before.offers.includes(id));
