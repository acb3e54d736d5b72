import { Button, FluentProvider, Spinner, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from "react";
import { IntlProvider, useTranslations } from "use-intl";
import { Router } from "wouter";
import { LiveRegions, LiveRegionText } from "../announce/live-regions.tsx";
import { makeServices } from "../services/make-services.ts";
import { Preferences } from "../services/preferences.ts";
import { ServicesProvider } from "../services/services.ts";
import type { Session } from "../session/session.ts";
import { MESSAGES } from "../text/index.ts";
import { CenteredPage } from "../ui/centered-page.tsx";
import { useStore } from "../ui/use-store.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Shell } from "./shell.tsx";

interface AppProps {
  readonly session: Session;
  readonly queries: QueryClient;
}

const preferences = new Preferences(localStorage, navigator.languages);

/** The whole page. */
export const App = (props: AppProps) => (
  <Appearance>
    <ErrorBoundary>
      <Gate {...props} />
    </ErrorBoundary>
  </Appearance>
);

/** Theme and language, as the person has chosen. */
const Appearance = ({ children }: { readonly children: ReactNode }) => {
  const { language, theme } = useStore(preferences, ({ values }) => values);
  const systemIsDark = useSystemIsDark();
  const isDark = theme === "dark" || (theme === "system" && systemIsDark);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <FluentProvider theme={isDark ? webDarkTheme : webLightTheme} className="full-height">
      <IntlProvider
        locale={language}
        messages={MESSAGES[language]}
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        {children}
      </IntlProvider>
    </FluentProvider>
  );
};

const DARK = matchMedia("(prefers-color-scheme: dark)");

const useSystemIsDark = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      DARK.addEventListener("change", listener);
      return () => DARK.removeEventListener("change", listener);
    },
    () => DARK.matches,
  );

/** Lets signed-in people in. */
const Gate = ({ session, queries }: AppProps) => {
  const t = useTranslations("app");
  const state = useStore(session, (current) => current.state);
  if (location.pathname === "/console/signed-out") return <SignedOut />;
  switch (state.kind) {
    case "starting":
      return (
        <CenteredPage>
          <Spinner label={t("loading")} />
        </CenteredPage>
      );
    case "failed":
      return (
        <CenteredPage>
          <p role="alert">{t("failed", { reason: state.reason })}</p>
          <Button onClick={() => location.reload()}>{t("reload")}</Button>
        </CenteredPage>
      );
    case "signed-in":
    case "ended":
      return <SignedIn session={session} queries={queries} personId={state.personId} />;
    default:
      return state satisfies never;
  }
};

const SignedOut = () => {
  const t = useTranslations("app");
  return (
    <CenteredPage>
      <h1>{t("signedOut")}</h1>
      <Button appearance="primary" as="a" href="/console/">
        {t("signIn")}
      </Button>
    </CenteredPage>
  );
};

const SignedIn = ({ session, queries, personId }: AppProps & { readonly personId: string }) => {
  const regions = useMemo(() => new LiveRegionText(), []);
  const services = useMemo(
    () => makeServices({ session, queries, personId, preferences, say: regions.say }),
    [session, queries, personId, regions],
  );
  useEffect(() => {
    services.outbox.start();
    void services.live.run();
  }, [services]);
  return (
    <QueryClientProvider client={queries}>
      <ServicesProvider value={services}>
        <LiveRegions text={regions} />
        <Router base="/console">
          <Shell />
        </Router>
      </ServicesProvider>
    </QueryClientProvider>
  );
};
