import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useProblemText } from "./use-problem-text.ts";

export interface ProblemBarProps {
  /** What the last attempt threw; null or undefined when it did not fail. */
  readonly error: unknown;
}

/** Says why a request failed. */
export const ProblemBar = ({ error }: ProblemBarProps) => {
  const problemText = useProblemText();
  if (error === null || error === undefined) return null;
  return (
    <MessageBar intent="error" role="alert">
      <MessageBarBody>{problemText(error)}</MessageBarBody>
    </MessageBar>
  );
};
