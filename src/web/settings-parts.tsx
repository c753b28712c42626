import type { ReactElement, ReactNode } from 'react';
import type { Draft } from './settings-draft.ts';

export interface PartProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

interface SectionProps {
  readonly title: string;
  readonly about?: string;
  readonly children: ReactNode;
}

export function Section({ title, about, children }: SectionProps): ReactElement {
  return (
    <section className="setting" aria-label={title}>
      <h3>{title}</h3>
      {about !== undefined && <p className="muted">{about}</p>}
      {children}
    </section>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'tel' | 'url' | 'time' | 'password';
  readonly placeholder?: string;
  readonly list?: string;
}

export function TextField({ label, value, onChange, ...rest }: TextFieldProps): ReactElement {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

interface PicksProps<T extends string> {
  readonly legend: string;
  readonly options: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly picked: readonly T[];
  readonly onChange: (picked: T[]) => void;
}

/** Any number of a few. */
export function Picks<T extends string>({ legend, options, words, picked, onChange }: PicksProps<T>): ReactElement {
  const toggle = (option: T, isPicked: boolean): void =>
    onChange(options.filter((each) => (each === option ? isPicked : picked.includes(each))));
  return (
    <fieldset className="picks-of">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={picked.includes(option)}
            onChange={(event) => toggle(option, event.target.checked)}
          />
          {words[option]}
        </label>
      ))}
    </fieldset>
  );
}
