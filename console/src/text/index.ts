import { en, type Messages } from "./en.ts";
import { es } from "./es.ts";
import type { Language } from "./languages.ts";

export const MESSAGES: Readonly<Record<Language, Messages>> = { en, es };

declare module "use-intl" {
  interface AppConfig {
    Messages: typeof en;
  }
}
