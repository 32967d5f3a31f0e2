import { useComputedColorScheme } from '@mantine/core';
import { useLayoutEffect, useRef, type RefObject } from 'react';

export interface CanvasSize {
  readonly width: number;
  readonly height: number;
}
/** Draws in CSS pixels; the canvas has been cleared. */
export type Draw = (context: CanvasRenderingContext2D, size: CanvasSize) => void;

/** A canvas as large as its box and sharp on every screen, drawn again when the box, the scheme or `draw` change. */
export const useCanvas = (draw: Draw): RefObject<HTMLCanvasElement | null> => {
  const ref = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('dark', { getInitialValueInEffect: false });
  useLayoutEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    let painted: CanvasSize = { width: -1, height: -1 };
    const paint = (): void => {
      const { clientWidth: width, clientHeight: height } = canvas;
      // The observer reports once when it begins: that size has just been drawn, unless it changed in between.
      if (painted.width === width && painted.height === height) return;
      painted = { width, height };
      const ratio = window.devicePixelRatio || 1;
      const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
      if (canvas.width !== across) canvas.width = across;
      if (canvas.height !== down) canvas.height = down;
      const context = canvas.getContext('2d');
      if (!context) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      draw(context, { width, height });
    };
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [draw, scheme]);
  return ref;
};

/** A colour of the theme (`--info`) as the canvas needs it. */
export const themeColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const useIsDark = (): boolean => useComputedColorScheme('dark', { getInitialValueInEffect: false }) === 'dark';
