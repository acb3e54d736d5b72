import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Redirect, Route, Switch } from "wouter";
import { isType } from "../api/problem.ts";
import { ProblemBar } from "../api/problem-bar.tsx";
import { meQuery } from "../api/queries.ts";
import { AttentionBar } from "../attention/attention-bar.tsx";
import { Board } from "../board/board.tsx";
import { Inbox } from "../inbox/inbox.tsx";
import { ConnectionBar } from "../live/connection-bar.tsx";
import { useServices } from "../services/services.ts";
import { SessionBar } from "../session/session-bar.tsx";
import { CenteredPage } from "../ui/centered-page.tsx";
import { CommandMenu } from "./command-menu.tsx";
import { Header } from "./header.tsx";

const useStyles = makeStyles({
  shell: {
    display: "flex",
    flexDirection: "column",
    height: "100%",
    backgroundColor: tokens.colorNeutralBackground2,
  },
  content: { flex: 1, minHeight: 0 },
});

/** What every page has around it. */
export const Shell = () => {
  const styles = useStyles();
  return (
    <div className={styles.shell}>
      <Header />
      <CommandMenu />
      <SessionBar />
      <ConnectionBar />
      <AttentionBar />
      <div className={styles.content}>
        <Pages />
      </div>
    </div>
  );
};

/** Says why there is nothing for the person, or why it cannot be known now. */
const MeProblem = ({ error }: { readonly error: unknown }) => {
  const t = useTranslations("app");
  if (isType(error, "forbidden")) return <p role="alert">{t("noRole")}</p>;
  if (isType(error, "not-found")) return <p role="alert">{t("notRegistered")}</p>;
  return <ProblemBar error={error} />;
};

const Pages = () => {
  const t = useTranslations("app");
  const { api } = useServices();
  const { data: me, error } = useQuery(meQuery(api));
  if (!me) {
    return <CenteredPage>{error ? <MeProblem error={error} /> : <Spinner label={t("loading")} />}</CenteredPage>;
  }
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/inbox/mine" replace />
      </Route>
      {me.roles.includes("Supervisor") && (
        <Route path="/board">
          <Board />
        </Route>
      )}
      <Route path="/inbox/:view/:id?">{({ view, id }) => <Inbox view={view} conversationId={id} />}</Route>
      <Route>
        <CenteredPage>
          <p>{t("notFound")}</p>
          <a href="/console/">{t("toInbox")}</a>
        </CenteredPage>
      </Route>
    </Switch>
  );
};
