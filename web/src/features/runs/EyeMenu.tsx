import { ActionIcon, Popover, Switch } from "@mantine/core";
import { Eye, EyeOff, Minus, Plus } from "lucide-react";
import { formatCount } from "@/ui/format";
import styles from "./EyeMenu.module.css";
import { MAX_AUTO_COUNT } from "./urlState";

type Props = {
  readonly autoCount: number;
  readonly drawn: number;
  readonly setAutoCount: (count: number) => void;
  readonly onNone: () => void;
  readonly latest: boolean;
  readonly setLatest: (latest: boolean) => void;
  readonly only: boolean;
  readonly setOnly: (only: boolean) => void;
  /** Opens the eyes of the rows on the screen. */
  readonly onScreen: () => void;
};

/** In the eye column's heading: how many runs are drawn by themselves. */
export function EyeMenu(props: Props) {
  const { autoCount, setAutoCount } = props;
  const step = (by: number) => setAutoCount(Math.min(MAX_AUTO_COUNT, Math.max(0, autoCount + by)));
  return (
    <Popover position="bottom-start" width={272} trapFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={styles.target}
          aria-label={`Which runs are drawn: the ${props.latest ? "newest" : "first"} ${autoCount}`}
        >
          <Eye size={16} />
          {autoCount > 0 && <span className={styles.auto}>{autoCount}</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Which runs are drawn" p={12}>
        <div className={styles.line}>
          <span>Draw the {props.latest ? "newest" : "first"}</span>
          <span className={styles.stepper}>
            <ActionIcon size={26} variant="default" aria-label="One run fewer" onClick={() => step(-1)}>
              <Minus size={13} />
            </ActionIcon>
            <input
              className={`${styles.count} num`}
              aria-label="Number of runs drawn automatically"
              inputMode="numeric"
              value={autoCount}
              onChange={(event) => {
                const count = Number(event.currentTarget.value);
                if (Number.isInteger(count)) setAutoCount(Math.min(MAX_AUTO_COUNT, Math.max(0, count)));
              }}
            />
            <ActionIcon size={26} variant="default" aria-label="One run more" onClick={() => step(1)}>
              <Plus size={13} />
            </ActionIcon>
          </span>
          <span>runs</span>
        </div>
        <p className={styles.note}>
          Follows the filter{props.latest ? "" : " and the sorting"}. Eyes you open or close by hand stay as
          they are. At most {formatCount(MAX_AUTO_COUNT)}, as many lines as a chart draws.
        </p>
        <Switch
          size="xs"
          label="Always the latest"
          checked={props.latest}
          onChange={() => props.setLatest(!props.latest)}
          mb={8}
        />
        <Switch
          size="xs"
          label="List drawn runs only"
          checked={props.only}
          onChange={() => props.setOnly(!props.only)}
          mb={8}
        />
        <button type="button" className={styles.action} onClick={props.onScreen}>
          <Eye size={14} /> Open all on this screen
        </button>
        <button type="button" className={styles.action} onClick={props.onNone} disabled={props.drawn === 0}>
          <EyeOff size={14} /> Close all eyes
        </button>
      </Popover.Dropdown>
    </Popover>
  );
}
