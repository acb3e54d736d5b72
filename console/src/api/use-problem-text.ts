import { useTranslations } from "use-intl";
import { en } from "../text/en.ts";
import { ApiProblem, Unreachable } from "./problem.ts";

type KnownType = Exclude<keyof typeof en.problems, "other" | "unreachable">;

const isKnown = (type: string): type is KnownType => type in en.problems;

/** Says why a request failed. */
export const useProblemText = (): ((error: unknown) => string) => {
  const t = useTranslations("problems");
  const states = useTranslations("states");
  return (error) => {
    if (error instanceof Unreachable) return t("unreachable");
    if (!(error instanceof ApiProblem)) return t("other", { title: String(error) });
    const { problem, type } = error;
    if (type === "conflict") {
      const { state = "" } = problem;
      return t("conflict", { state: state in en.states ? states(state as keyof typeof en.states) : state });
    }
    if (type === "invalid") {
      return t("invalid", {
        detail: (problem.errors ?? []).map(({ field, message }) => `${field} ${message}`).join("; "),
      });
    }
    return isKnown(type) ? t(type as Exclude<KnownType, "conflict" | "invalid">) : t("other", { title: problem.title });
  };
};
