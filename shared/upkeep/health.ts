/** One thing that the app cannot do without, and whether it answers. */
export interface PartHealth {
  readonly part: string;
  readonly up: boolean;
}
