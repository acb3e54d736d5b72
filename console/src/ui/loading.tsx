import { makeStyles, Spinner } from "@fluentui/react-components";
import { useTranslations } from "use-intl";

const useStyles = makeStyles({ frame: { flex: 1, padding: "1rem" } });

/** Stands for what is not loaded yet. */
export const Loading = () => {
  const styles = useStyles();
  const t = useTranslations("app");
  return (
    <div className={styles.frame}>
      <Spinner aria-label={t("loading")} />
    </div>
  );
};
