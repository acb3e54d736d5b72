/** A rising interval: the frequencies of its two tones, in hertz. */
const TONES = [660, 880] as const;
const TONE_SECONDS = 0.18;
const VOLUME = 0.25;

/**
 * The sound of an offer. Browsers block it until the person has clicked or pressed a key in the page, so `isBlocked` says
 * whether it would be heard.
 */
export class OfferSound {
  #context: AudioContext | undefined;
  readonly #listeners = new Set<() => void>();

  constructor() {
    const resume = () => void this.resume();
    // Not at "pointerdown": the bar would go away between pressing and releasing, and move the button that is clicked.
    addEventListener("click", resume);
    addEventListener("keydown", resume);
  }

  get isBlocked(): boolean {
    return this.#context?.state !== "running";
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Must be called while a click or a key press is handled. */
  async resume(): Promise<void> {
    if (!this.isBlocked) return;
    this.#context ??= new AudioContext();
    await this.#context.resume();
    for (const listener of this.#listeners) listener();
  }

  play(): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    TONES.forEach((frequency, index) => {
      const start = context.currentTime + index * TONE_SECONDS;
      const tone = new OscillatorNode(context, { frequency });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(VOLUME, start);
      gain.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS);
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + TONE_SECONDS);
    });
  }
}
