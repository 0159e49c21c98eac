import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { focusedBefore, giveBack } from "./focusTrail";

type Props = Omit<ModalProps, "opened" | "onClose" | "radius" | "closeButtonProps" | "returnFocus"> & {
  readonly close: () => void;
};

/** A dialog that is open as long as it is mounted. Afterwards the focus is where it was. */
export function Dialog({ close, ...props }: Props) {
  useFocusReturn();
  return (
    <Modal
      centered
      {...props}
      opened
      onClose={close}
      radius={props.fullScreen ? 0 : "lg"}
      closeButtonProps={{ "aria-label": "Close" }}
    />
  );
}

/** For what is open while it is mounted: Mantine gives the focus back only where `opened` changes. */
export function useFocusReturn(): void {
  const [before] = useState(focusedBefore);
  useEffect(
    () => () => {
      setTimeout(() => giveBack(before));
    },
    [before],
  );
}
