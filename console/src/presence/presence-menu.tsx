import {
  Button,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { bodyOf } from "../api/client.ts";
import { CHOSEN_PRESENCES, type ChosenPresence } from "../api/presences.ts";
import { meQuery } from "../api/queries.ts";
import type { Me } from "../api/types.ts";
import { useServices } from "../services/services.ts";

const useStyles = makeStyles({
  dot: {
    display: "inline-block",
    width: "0.75rem",
    height: "0.75rem",
    marginInlineEnd: "0.5rem",
    borderRadius: "50%",
    border: `2px solid ${tokens.colorNeutralStrokeAccessible}`,
    boxSizing: "border-box",
  },
  available: { backgroundColor: tokens.colorPaletteGreenForeground3, border: "none" },
  busy: { backgroundColor: tokens.colorPaletteRedForeground3, border: "none" },
  "do-not-disturb": { backgroundColor: tokens.colorPaletteRedForeground3, borderRadius: "2px", border: "none" },
  away: { backgroundColor: tokens.colorPaletteYellowForeground2, border: "none" },
  offline: {},
  inactive: {},
});

/** Sets the presence of the person who is signed in. */
export const useSetPresence = () => {
  const { api, queries } = useServices();
  return useMutation({
    mutationFn: (presence: ChosenPresence) => bodyOf(api.PUT("/me/presence", { body: { presence } })),
    onSuccess: (agent) => queries.setQueryData<Me>(["me"], (me) => me && { ...me, ...agent }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["me"] }),
  });
};

export const PresenceMenu = () => {
  const t = useTranslations("presence");
  const styles = useStyles();
  const { api } = useServices();
  const { data: me } = useQuery(meQuery(api));
  const setPresence = useSetPresence();
  if (!me?.isRegistered) return null;
  const { presence } = me;
  return (
    <Menu
      checkedValues={{ presence: [presence] }}
      onCheckedValueChange={(_, { checkedItems: [value] }) => setPresence.mutate(value as ChosenPresence)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="outline" aria-label={t("label", { presence: t(presence) })}>
          <span className={mergeClasses(styles.dot, styles[presence])} />
          {t(presence)}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {CHOSEN_PRESENCES.map((value) => (
            <MenuItemRadio key={value} name="presence" value={value}>
              <span className={mergeClasses(styles.dot, styles[value])} />
              {t(value)}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
};
