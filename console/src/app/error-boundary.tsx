import { Button } from "@fluentui/react-components";
import { Component, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { CenteredPage } from "../ui/centered-page.tsx";

interface State {
  readonly hasFailed: boolean;
}

/** Shows a way out when a part of the page cannot be drawn. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { hasFailed: false };

  static getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Crashed /> : this.props.children;
  }
}

const Crashed = () => {
  const t = useTranslations("app");
  return (
    <CenteredPage>
      <p role="alert">{t("crashed")}</p>
      <Button onClick={() => location.reload()}>{t("reload")}</Button>
    </CenteredPage>
  );
};
