import * as z from "zod";
import type { ContainerName } from "./cosmos-database.ts";

/** A document as it is written: its id, the version of its shape, its partition key and its other members. */
export type StoredDocument = Readonly<Record<string, unknown>> & { readonly id: string; readonly v: number };

/**
 * How values of one kind are stored. The shape of a document is separate from the domain type and has a version.
 *
 * @remarks
 * A member that a query filters or sorts by, or that a patch sets, keeps its stored name and its meaning in every
 * version: queries and patches meet documents of all versions. The mapping translates the name. See
 * docs/decisions/0014-stored-documents-have-their-own-shape.md.
 */
export interface DocumentKind<T> {
  readonly container: ContainerName;
  /** Makes the document, in the current version. */
  readonly toDocument: (value: T) => StoredDocument;
  /**
   * Reads a document of any version.
   * @throws UnreadableDocumentError when its members are wrong, or when a later release wrote it.
   */
  readonly fromDocument: (document: unknown) => T;
}

/** A stored document that this release cannot read. The message names the members that are wrong, never their values. */
export class UnreadableDocumentError extends Error {
  override readonly name = "UnreadableDocumentError";
}

/** Every member of `T`, the optional ones too: an object literal of this type that omits one does not compile. */
export type EveryMember<T> = T extends unknown ? { readonly [K in keyof Required<T>]: T[K] } : never;

/** Makes a `T` of all of its members; those that are undefined are left out. */
export const complete = <T>(members: EveryMember<T>): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;

/** The condition of documents that are not retired. Agents, contacts and settings have the member. */
export const NOT_RETIRED = "NOT IS_DEFINED(c.retiredAt)";

/** An upgrade of a kind whose shape is the same in the next version. */
export const sameShape = z.unknown();

interface Definition<T, D> {
  readonly container: ContainerName;
  /** The members of the current version. It has no limits and no defaults: those are rules for input. */
  readonly schema: z.ZodType<D>;
  /**
   * The n-th turns a document of version n into one of version n + 1. The current version is one more than there are
   * upgrades. Documents without `v` are of version 1.
   */
  readonly upgrades: readonly z.ZodType[];
  /** @returns the members of the schema, the partition key, and members that only queries use. */
  readonly toDocument: (value: T) => EveryMember<D> & { readonly id: string };
  readonly fromDocument: (document: D) => T;
}

const versionSchema = z.object({ v: z.int().min(1).default(1) });
const idSchema = z.object({ id: z.string() });

export const defineDocument = <T, D>(definition: Definition<T, D>): DocumentKind<T> => {
  const { container, schema, upgrades, toDocument, fromDocument } = definition;
  const current = upgrades.length + 1;
  const describe = (document: unknown): string =>
    `document ${idSchema.safeParse(document).data?.id ?? "without an id"} of ${container}`;
  const parse = (document: unknown): D => {
    const { v } = versionSchema.parse(document);
    if (v > current) {
      throw new UnreadableDocumentError(
        `${describe(document)} has version ${v}, and this release reads up to version ${current}: deploy a later release`,
      );
    }
    return schema.parse(upgrades.slice(v - 1).reduce((older, upgrade) => upgrade.parse(older), document));
  };
  return {
    container,
    toDocument: (value) => ({ ...toDocument(value), v: current }),
    fromDocument: (document) => {
      try {
        return fromDocument(parse(document));
      } catch (cause) {
        if (!(cause instanceof z.ZodError)) throw cause;
        throw new UnreadableDocumentError(`${describe(document)} cannot be read; wrong members: ${membersOf(cause)}`);
      }
    },
  };
};

const membersOf = (error: z.ZodError): string =>
  [...new Set(error.issues.map(({ path }) => path.join(".") || "the document itself"))].join(", ");
