/** A file of the console, as it is stored. */
export interface ConsoleFile {
  readonly contentType: string;
  /** Whether its name changes with its content, so that a browser may keep it for ever. */
  readonly isImmutable: boolean;
  readonly bytes: Buffer;
  readonly encoding: "br" | undefined;
}

/** The built console. */
export interface ConsoleFiles {
  /**
   * @param path - relative to the console's folder, with "/".
   * @param acceptsBrotli - whether the compressed form may be returned.
   * @returns undefined when there is no such file.
   */
  find(path: string, acceptsBrotli: boolean): Promise<ConsoleFile | undefined>;
}
