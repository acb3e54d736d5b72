import { useTranslations } from "use-intl";
import { en } from "../text/en.ts";
import { ApiProblem, Unreachable } from "./problem.ts";
import type { Problem } from "./types.ts";

type KnownType = Exclude<keyof typeof en.problems, "other" | "unreachable">;

const isKnown = (type: string): type is KnownType => type in en.problems;

/** The parts of a problem that are said. */
interface Refusal {
  readonly type: string;
  readonly title?: string;
  readonly state?: string;
  readonly errors?: NonNullable<Problem["errors"]>;
}

/** Says why the API refused a request. */
export const useRefusalText = (): ((refusal: Refusal) => string) => {
  const t = useTranslations("problems");
  const states = useTranslations("states");
  return ({ type, title = type, state = "", errors = [] }) => {
    switch (type) {
      case "conflict":
        return t("conflict", { state: state in en.states ? states(state as keyof typeof en.states) : state });
      case "invalid":
        return t("invalid", { detail: errors.map(({ field, message }) => `${field} ${message}`).join("; ") });
      default:
        return isKnown(type) ? t(type as Exclude<KnownType, "conflict" | "invalid">) : t("other", { title });
    }
  };
};

/** Says why a request failed. */
export const useProblemText = (): ((error: unknown) => string) => {
  const t = useTranslations("problems");
  const refusalText = useRefusalText();
  return (error) => {
    if (error instanceof Unreachable) return t("unreachable");
    if (!(error instanceof ApiProblem)) return t("other", { title: String(error) });
    return refusalText({ ...error.problem, type: error.type });
  };
};
