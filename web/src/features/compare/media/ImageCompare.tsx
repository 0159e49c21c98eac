import { SegmentedControl, Slider } from "@mantine/core";
import { type CSSProperties, type PointerEvent, useRef, useState } from "react";
import styles from "./ImageCompare.module.css";
import { useSharedZoom } from "./useSharedZoom";
import { ZoomButtons } from "./ZoomButtons";

type Source = { readonly address: string; readonly label: string };
type Mode = "swipe" | "difference" | "beside";

/** Two images over each other: with a swipe between them, as their difference, or side by side. Zoom is shared. */
export function ImageCompare(props: { readonly a: Source; readonly b: Source; readonly crisp: boolean }) {
  const { a, b } = props;
  const [mode, setMode] = useState<Mode>("swipe");
  const [cut, setCut] = useState(50);
  const [gain, setGain] = useState(1);
  const box = useRef<HTMLDivElement>(null);
  const zoom = useSharedZoom(box);
  const swiping = useRef(false);
  const swipe = (event: PointerEvent<HTMLElement>) => {
    const frame = event.currentTarget.getBoundingClientRect();
    setCut(Math.min(100, Math.max(0, ((event.clientX - frame.left) / frame.width) * 100)));
  };
  const style = { "--cut": `${cut}%`, "--gain": gain } as CSSProperties;
  return (
    <div className={styles.compare}>
      <div className={styles.tools}>
        <SegmentedControl
          size="xs"
          aria-label="How the images are compared"
          value={mode}
          onChange={(value) => setMode(value as Mode)}
          data={[
            { value: "swipe", label: "Swipe" },
            { value: "difference", label: "Difference" },
            { value: "beside", label: "Side by side" },
          ]}
        />
        {mode === "swipe" && (
          <Slider
            className={styles.slider ?? ""}
            size="sm"
            min={0}
            max={100}
            step={0.5}
            label={null}
            thumbLabel="Where the first image ends"
            value={cut}
            onChange={setCut}
          />
        )}
        {mode === "difference" && (
          <>
            <span className={styles.hint}>Brighter by</span>
            <Slider
              className={styles.slider ?? ""}
              size="sm"
              min={1}
              max={20}
              step={1}
              label={(value) => `${value} ×`}
              thumbLabel="How much brighter the difference is"
              value={gain}
              onChange={setGain}
            />
          </>
        )}
        <ZoomButtons zoom={zoom} />
      </div>
      <div className={styles.labels}>
        <span>
          <b>A</b> {a.label}
        </span>
        <span>
          <b>B</b> {b.label}
        </span>
      </div>
      <div
        ref={box}
        className={styles.box}
        data-mode={mode}
        data-crisp={props.crisp || undefined}
        style={style}
      >
        {mode === "beside" ? (
          [a, b].map((source) => (
            <span key={source.label} className={styles.frame} data-zoom>
              <img className={styles.image} src={source.address} alt={source.label} draggable={false} />
            </span>
          ))
        ) : (
          <span
            className={styles.frame}
            data-zoom
            onPointerDown={(event) => {
              if (mode !== "swipe" || zoom.zoomed || event.button !== 0) return;
              swiping.current = true;
              event.currentTarget.setPointerCapture(event.pointerId);
              swipe(event);
            }}
            onPointerMove={(event) => swiping.current && swipe(event)}
            onPointerUp={() => {
              swiping.current = false;
            }}
          >
            <img className={styles.image} src={b.address} alt={b.label} draggable={false} />
            <span className={styles.top}>
              <img className={styles.image} src={a.address} alt={a.label} draggable={false} />
            </span>
            {mode === "swipe" && <span className={styles.edge} />}
          </span>
        )}
      </div>
    </div>
  );
}
