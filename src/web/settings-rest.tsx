import type { ReactElement } from 'react';
import { CHANNEL, LOCALE, OUTSIDE_CHANNELS } from './notification-words.ts';
import { capOf, withCap } from './settings-draft.ts';
import { type PartProps, Section, TextField } from './settings-parts.tsx';

export function MuteSettings({ draft, onChange }: PartProps): ReactElement {
  return (
    <Section title="Muted" about="Of these only what is critical comes. Separated by commas.">
      <TextField
        {...{ label: 'Symbols', placeholder: 'AAPL, BTC-USD', value: draft.mutedSymbols }}
        onChange={(mutedSymbols) => onChange({ ...draft, mutedSymbols })}
      />
      <TextField
        {...{ label: 'Strategies', value: draft.mutedStrategies }}
        onChange={(mutedStrategies) => onChange({ ...draft, mutedStrategies })}
      />
    </Section>
  );
}

const SPANS = [
  ['perMinute', 'a minute'],
  ['perHour', 'an hour'],
  ['perDay', 'a day'],
] as const;

export function CapSettings({ draft, onChange }: PartProps): ReactElement {
  return (
    <Section
      title="Limits"
      about="So many at most; what is over goes to the digest. Empty: as by default, which for e-mail and SMS is the most."
    >
      <table className="caps">
        <thead>
          <tr>
            <th scope="col">Channel</th>
            {SPANS.map(([span, name]) => (
              <th scope="col" key={span}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {OUTSIDE_CHANNELS.map((channel) => {
            const cap = capOf(draft, channel);
            return (
              <tr key={channel}>
                <th scope="row">{CHANNEL[channel]}</th>
                {SPANS.map(([span, name]) => (
                  <td key={span}>
                    <input
                      {...{ type: 'number', min: 1, inputMode: 'numeric', value: cap[span] ?? '' }}
                      aria-label={`${CHANNEL[channel]}, ${name}`}
                      onChange={({ target }) =>
                        onChange(withCap(draft, { ...cap, [span]: target.value === '' ? null : target.valueAsNumber }))
                      }
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

export function LanguageSettings({ draft, onChange }: PartProps): ReactElement {
  return (
    <Section title="Language and region">
      <label className="field">
        <span>Language of notifications</span>
        <select value={draft.locale} onChange={(event) => onChange({ ...draft, locale: event.target.value })}>
          {Object.entries(LOCALE).map(([locale, name]) => (
            <option key={locale} value={locale} lang={locale}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <TextField
        {...{ label: 'Region, for notices that are for it alone', placeholder: 'US', value: draft.region }}
        onChange={(region) => onChange({ ...draft, region: region.toUpperCase() })}
      />
    </Section>
  );
}
