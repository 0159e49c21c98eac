import { ActionIcon, Tooltip } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useState } from "react";

/** Copies `text`; `label` says what it is ("run id"). */
export function CopyButton(props: { readonly text: string; readonly label: string; readonly size?: number }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(props.text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const size = props.size ?? 14;
  return (
    <Tooltip label={copied ? "Copied" : `Copy ${props.label}`}>
      <ActionIcon size={size + 10} aria-label={`Copy ${props.label}`} onClick={copy}>
        {copied ? <Check size={size} color="var(--good)" /> : <Copy size={size} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** The clipboard API exists only on https and localhost; elsewhere the old way. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
