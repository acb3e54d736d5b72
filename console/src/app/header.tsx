import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Link, useLocation } from "wouter";
import { meQuery } from "../api/queries.ts";
import { PresenceMenu } from "../presence/presence-menu.tsx";
import { THEMES, UNDO_SECONDS } from "../services/preferences.ts";
import { useServices } from "../services/services.ts";
import { LANGUAGES } from "../text/languages.ts";
import { useStore } from "../ui/use-store.ts";

const useStyles = makeStyles({
  header: {
    display: "flex",
    alignItems: "center",
    gap: "0.5rem",
    padding: "0.25rem 0.75rem",
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  pages: { display: "flex", gap: "0.25rem" },
  page: {
    padding: "0.25rem 0.5rem",
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    "&[aria-current]": { fontWeight: tokens.fontWeightSemibold, color: tokens.colorBrandForegroundLink },
  },
  name: {
    display: "flex",
    alignItems: "center",
    gap: "0.5rem",
    marginInlineEnd: "auto",
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
  },
});

/** The languages in their own words. */
const LANGUAGE_NAMES = { en: "English", es: "Español" } as const;

export const Header = () => {
  const styles = useStyles();
  const t = useTranslations("app");
  return (
    <header className={styles.header}>
      <a className="skip-link" href="#list">
        {t("skipToList")}
      </a>
      <a className="skip-link" href="#thread">
        {t("skipToThread")}
      </a>
      <span className={styles.name}>
        <img src="/console/icon.svg" alt="" width="24" height="24" />
        {t("name")}
      </span>
      <PageLinks />
      <PresenceMenu />
      <PersonMenu />
    </header>
  );
};

/** The pages that supervisors have besides the inbox. */
const PageLinks = () => {
  const styles = useStyles();
  const t = useTranslations("board");
  const app = useTranslations("app");
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  const [location] = useLocation();
  if (!me?.roles.includes("Supervisor")) return null;
  const pages = [
    { href: "/inbox/mine", label: t("inbox"), isCurrent: location.startsWith("/inbox") },
    { href: "/board", label: t("title"), isCurrent: location === "/board" },
  ];
  return (
    <nav className={styles.pages} aria-label={app("pages")}>
      {pages.map(({ href, label, isCurrent }) => (
        <Link key={href} href={href} className={styles.page} aria-current={isCurrent ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
};

const PersonMenu = () => {
  const t = useTranslations();
  const { session, preferences, signOut } = useServices();
  const name = useStore(session, ({ state }) => ("name" in state ? state.name : ""));
  const { language, theme, enterSends, undoSeconds } = useStore(preferences, ({ values }) => values);
  return (
    <Menu
      checkedValues={{
        language: [language],
        theme: [theme],
        enterSends: [String(enterSends)],
        undoSeconds: [String(undoSeconds)],
      }}
      onCheckedValueChange={(_, { name: preference, checkedItems: [value = ""] }) =>
        preferences.set({
          [preference]: preference === "enterSends" || preference === "undoSeconds" ? JSON.parse(value) : value,
        })
      }
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" aria-label={t("session.menu", { name })}>
          {name}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{t("settings.language")}</MenuGroupHeader>
            {LANGUAGES.map((value) => (
              <MenuItemRadio key={value} name="language" value={value}>
                <span lang={value}>{LANGUAGE_NAMES[value]}</span>
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuGroup>
            <MenuGroupHeader>{t("settings.theme")}</MenuGroupHeader>
            {THEMES.map((value) => (
              <MenuItemRadio key={value} name="theme" value={value}>
                {t(`settings.${value}`)}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuGroup>
            <MenuGroupHeader>{t("settings.sending")}</MenuGroupHeader>
            <MenuItemRadio name="enterSends" value="false">
              {t("settings.ctrlEnterSends")}
            </MenuItemRadio>
            <MenuItemRadio name="enterSends" value="true">
              {t("settings.enterSends")}
            </MenuItemRadio>
          </MenuGroup>
          <MenuGroup>
            <MenuGroupHeader>{t("settings.undo")}</MenuGroupHeader>
            {UNDO_SECONDS.map((seconds) => (
              <MenuItemRadio key={seconds} name="undoSeconds" value={String(seconds)}>
                {seconds === 0 ? t("settings.undoNever") : t("settings.undoSeconds", { seconds })}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem onClick={() => void signOut()}>{t("session.signOut")}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
};
