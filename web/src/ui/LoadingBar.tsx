import styles from "./LoadingBar.module.css";

/** A line that runs while newer answers are on their way; what is shown meanwhile stays readable. Stands in a positioned parent. */
export function LoadingBar({ className }: { readonly className?: string | undefined }) {
  return <div className={`${styles.bar} ${className ?? ""}`} aria-hidden="true" />;
}
