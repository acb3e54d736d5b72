import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

// Source: NIST SP 800-38D: AES-256 in Galois/Counter Mode, with nonces of 96 bits and tags of 128.
const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts texts, and authenticates them: only a holder of the secret can read, make or change one. */
export class Encryptor {
  readonly #key: Buffer;

  /** @param purpose - names the use: a secret gives a different key for every purpose. */
  constructor(secret: Buffer, purpose: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", purpose, KEY_BYTES));
  }

  encrypt(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString("base64url");
  }

  /** @throws Error when the text was not encrypted with this secret for this purpose, or has been changed. */
  decrypt(encrypted: string): string {
    const bytes = Buffer.from(encrypted, "base64url");
    const [tagAt, textAt] = [NONCE_BYTES, NONCE_BYTES + TAG_BYTES];
    if (bytes.length < textAt) throw new Error("this is not an encrypted text");
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, tagAt), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(tagAt, textAt));
    return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString("utf8");
  }
}
