import { Loader } from "@mantine/core";
import styles from "./Waiting.module.css";

/** Where a part of the page is on its way; it shows only when that takes long enough to be noticed. */
export function Waiting() {
  return (
    <div className={styles.waiting} aria-busy="true">
      <Loader size={20} color="gray" role="status" aria-label="Loading" />
    </div>
  );
}
