import type { ReactElement } from 'react';
import type { ChannelSetting, NotificationCategory, NotificationChannel } from '../generated/web/graphql.ts';
import { CATEGORIES, CATEGORY, CHANNEL, CHANNELS, OUTSIDE_CHANNELS, SETTING } from './notification-words.ts';
import { isOnByDefault, settingOf, withSetting } from './settings-draft.ts';
import { type PartProps, Picks, Section } from './settings-parts.tsx';

interface ChannelsProps extends PartProps {
  readonly configured: ReadonlySet<NotificationChannel>;
}

/** What goes where. */
export function ChannelSettings({ draft, onChange, configured }: ChannelsProps): ReactElement {
  const off = CHANNELS.filter((channel) => !configured.has(channel)).map((channel) => CHANNEL[channel]);
  return (
    <Section title="What goes where" about="Critical ones always come: choose below where to.">
      {off.length > 0 && <p className="notice">Switched off on this service: {off.join(', ')}.</p>}
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">Category</th>
            {CHANNELS.map((channel) => (
              <th scope="col" key={channel} className={configured.has(channel) ? '' : 'off'}>
                {CHANNEL[channel]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {CATEGORIES.map((category) => (
            <tr key={category}>
              <th scope="row">{CATEGORY[category]}</th>
              {CHANNELS.map((channel) => (
                <td key={channel} data-channel={CHANNEL[channel]}>
                  <Cell {...{ draft, onChange, category, channel }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

interface CellProps extends PartProps {
  readonly category: NotificationCategory;
  readonly channel: NotificationChannel;
}

function Cell({ draft, onChange, category, channel }: CellProps): ReactElement {
  const cell = { category, channel };
  // In the app it makes no noise, so there is nothing to gather.
  const options = (Object.keys(SETTING) as ChannelSetting[]).filter(
    (each) => channel !== 'IN_APP' || each !== 'DIGEST',
  );
  const set = (value: string): void =>
    onChange(withSetting(draft, cell, value === '' ? null : (value as ChannelSetting)));
  const setting = settingOf(draft, cell);
  return (
    <select
      aria-label={`${CATEGORY[category]}: ${CHANNEL[channel]}`}
      className={setting === null ? 'by-default' : ''}
      value={setting ?? ''}
      onChange={(event) => set(event.target.value)}
    >
      <option value="">{isOnByDefault(draft, cell) ? '(on)' : '(off)'}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {SETTING[option]}
        </option>
      ))}
    </select>
  );
}

/** Those can't be switched off, only sent elsewhere. */
export function CriticalSettings({ draft, onChange }: PartProps): ReactElement {
  const { criticalChannels } = draft;
  const choose = (chosen: NotificationChannel[] | null): void => onChange({ ...draft, criticalChannels: chosen });
  return (
    <Section
      title="Critical ones"
      about="Rejections, busts, corrections, risk and account security. They can’t be switched off, wait for no quiet hours, and are always in the app."
    >
      <div className="choice">
        <label>
          <input type="radio" name="critical" checked={criticalChannels === null} onChange={() => choose(null)} />
          Where each kind goes by default
        </label>
        <label>
          <input type="radio" name="critical" checked={criticalChannels !== null} onChange={() => choose(['PUSH'])} />
          Where I say
        </label>
      </div>
      {criticalChannels !== null && (
        <Picks<NotificationChannel>
          {...{ legend: 'Critical ones go to', options: OUTSIDE_CHANNELS, words: CHANNEL, picked: criticalChannels }}
          onChange={choose}
        />
      )}
    </Section>
  );
}
