import type { ReactElement } from 'react';
import { CHANNEL, OUTSIDE_CHANNELS, REPORT, WEEKDAY, WEEKDAYS } from './notification-words.ts';
import type { NotificationChannel, NotificationReport, Weekday } from '../generated/web/graphql.ts';
import { type QuietHours, withReport } from './settings-draft.ts';
import { type PartProps, Picks, Section, TextField } from './settings-parts.tsx';

const NIGHT: QuietHours = { days: [...WEEKDAYS], from: '22:00', to: '07:00', channels: null };
const ZONES = 'time-zones';

/** When nothing is to ring, in whose time. */
export function QuietHoursSettings({ draft, onChange }: PartProps): ReactElement {
  const put = (quietHours: QuietHours[]): void => onChange({ ...draft, quietHours });
  return (
    <Section title="Quiet hours" about="What is not critical waits, and comes as one digest when they end.">
      <TextField
        {...{ label: 'Time zone', value: draft.timeZone, list: ZONES }}
        onChange={(timeZone) => onChange({ ...draft, timeZone })}
      />
      <datalist id={ZONES}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {draft.quietHours.map((hours, index) => (
        <Hours
          key={index}
          {...{ hours, name: `Quiet hours ${index + 1}` }}
          onChange={(next) => put(draft.quietHours.map((each, at) => (at === index ? next : each)))}
          onRemove={() => put(draft.quietHours.filter((_, at) => at !== index))}
        />
      ))}
      <button type="button" className="button" onClick={() => put([...draft.quietHours, NIGHT])}>
        Add quiet hours
      </button>
    </Section>
  );
}

interface HoursProps {
  readonly hours: QuietHours;
  readonly name: string;
  readonly onChange: (hours: QuietHours) => void;
  readonly onRemove: () => void;
}

function Hours({ hours, name, onChange, onRemove }: HoursProps): ReactElement {
  const isNextDay = hours.to <= hours.from;
  return (
    <fieldset className="hours">
      <legend className="sr-only">{name}</legend>
      <div className="times">
        <TextField label="From" type="time" value={hours.from} onChange={(from) => onChange({ ...hours, from })} />
        <TextField
          label={isNextDay ? 'To, on the next day' : 'To'}
          {...{ type: 'time', value: hours.to }}
          onChange={(to) => onChange({ ...hours, to })}
        />
        <button type="button" className="button quiet" onClick={onRemove}>
          Remove
        </button>
      </div>
      <Picks<Weekday>
        {...{ legend: 'Beginning on', options: WEEKDAYS, words: WEEKDAY, picked: hours.days }}
        onChange={(days) => onChange({ ...hours, days })}
      />
      <Picks<NotificationChannel>
        {...{ legend: 'Quiet are', options: OUTSIDE_CHANNELS, words: CHANNEL }}
        picked={hours.channels ?? OUTSIDE_CHANNELS}
        onChange={(channels) =>
          onChange({ ...hours, channels: channels.length === OUTSIDE_CHANNELS.length ? null : channels })
        }
      />
    </fieldset>
  );
}

const FIRST_DIGEST = '08:00';

export function DigestSettings({ draft, onChange }: PartProps): ReactElement {
  const put = (digestAt: string[]): void => onChange({ ...draft, digestAt });
  return (
    <Section title="Digests" about="When what you get as a digest, or what is over a limit, is told together.">
      <div className="times">
        {draft.digestAt.map((at, index) => (
          <span key={index} className="times">
            <TextField
              {...{ label: `Digest ${index + 1}`, type: 'time', value: at }}
              onChange={(next) => put(draft.digestAt.map((each, place) => (place === index ? next : each)))}
            />
            {draft.digestAt.length > 1 && (
              <button
                type="button"
                className="button quiet"
                aria-label={`Remove digest ${index + 1}`}
                onClick={() => put(draft.digestAt.filter((_, place) => place !== index))}
              >
                ✕
              </button>
            )}
          </span>
        ))}
        <button type="button" className="button" onClick={() => put([...draft.digestAt, FIRST_DIGEST])}>
          Add a time
        </button>
      </div>
    </Section>
  );
}

export function ReportSettings({ draft, onChange }: PartProps): ReactElement {
  return (
    <Section title="Reports" about="Fills, realised result and open orders, by e-mail.">
      {(Object.keys(REPORT) as NotificationReport[]).map((report) => (
        <ReportRow key={report} {...{ draft, onChange, report }} />
      ))}
    </Section>
  );
}

function ReportRow({ draft, onChange, report }: PartProps & { report: NotificationReport }): ReactElement {
  const held = draft.reports.find((each) => each.report === report);
  return (
    <div className="times report">
      <label>
        <input
          type="checkbox"
          checked={held !== undefined}
          onChange={(event) => onChange(withReport(draft, report, event.target.checked ? {} : null))}
        />
        {REPORT[report]}
      </label>
      {held && report === 'WEEKLY_REPORT' && (
        <label className="field">
          <span>On</span>
          <select
            value={held.weekday ?? 'MONDAY'}
            onChange={(event) => onChange(withReport(draft, report, { weekday: event.target.value as Weekday }))}
          >
            {WEEKDAYS.map((day) => (
              <option key={day} value={day}>
                {WEEKDAY[day]}
              </option>
            ))}
          </select>
        </label>
      )}
      {held && report === 'MONTHLY_REPORT' && (
        <label className="field short">
          <span>On the</span>
          <input
            {...{ type: 'number', min: 1, max: 31, required: true, value: held.day ?? 1 }}
            onChange={(event) => onChange(withReport(draft, report, { day: event.target.valueAsNumber || 1 }))}
          />
        </label>
      )}
      {held && (
        <TextField
          {...{ label: 'At', type: 'time', value: held.at }}
          onChange={(at) => onChange(withReport(draft, report, { at }))}
        />
      )}
    </div>
  );
}
