import type { DocumentNode } from 'graphql';
import { type ReactElement, type SyntheticEvent, useCallback, useEffect, useState } from 'react';
import type { Fillstream } from '../client/index.ts';
import {
  BlotterSetPreferencesDocument,
  type BlotterSetPreferencesMutation,
  BlotterSettingsDocument,
  type BlotterSettingsQuery,
  type NotificationChannel,
} from '../generated/web/graphql.ts';
import { CHANNEL, CODE_REFUSAL } from './notification-words.ts';
import type { Viewer } from './push.ts';
import { PushSetting } from './push-setting.tsx';
import { ChannelSettings, CriticalSettings } from './settings-channels.tsx';
import { type Draft, draftOf, inputOf, type Preferences } from './settings-draft.ts';
import { ContactSettings } from './settings-contacts.tsx';
import { CapSettings, LanguageSettings, MuteSettings } from './settings-rest.tsx';
import { DigestSettings, QuietHoursSettings, ReportSettings } from './settings-times.tsx';

interface SettingsProps {
  readonly viewer: Viewer;
  readonly onClose: () => void;
}

/** What the reader wants to be told, where and when. */
export function Settings({ viewer, onClose }: SettingsProps): ReactElement {
  const { client } = viewer;
  const { draft, configured, kept, fault, isDirty, isSaving, saved, ...doing } = useSettings(client);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void doing.save();
  };
  return (
    <main className="settings">
      <form onSubmit={submit} aria-label="Notification settings" noValidate={false}>
        <header>
          <h2>Notification settings</h2>
          <button type="button" className="button quiet" onClick={onClose}>
            Back to orders
          </button>
        </header>
        {draft === null ? (
          <p className="muted">{fault ?? 'Loading…'}</p>
        ) : (
          <>
            <div className="sections">
              <ChannelSettings {...{ draft, configured }} onChange={doing.change} />
              <CriticalSettings draft={draft} onChange={doing.change} />
              <QuietHoursSettings draft={draft} onChange={doing.change} />
              <MuteSettings draft={draft} onChange={doing.change} />
              <CapSettings draft={draft} onChange={doing.change} />
              <DigestSettings draft={draft} onChange={doing.change} />
              <ReportSettings draft={draft} onChange={doing.change} />
              <ContactSettings {...{ client, draft, configured, kept }} onChange={doing.change} onKept={doing.keep} />
              <LanguageSettings draft={draft} onChange={doing.change} />
              <PushSetting viewer={viewer} />
            </div>
            <footer>
              <button type="submit" className="button primary" disabled={!isDirty || isSaving}>
                {isSaving ? 'Saving…' : 'Save'}
              </button>
              <button type="button" className="button" disabled={isSaving} onClick={() => void doing.load()}>
                {isDirty ? 'Undo' : 'Load again'}
              </button>
              <span role="status" className="muted">
                {saved}
              </span>
              <span role="alert" className="fault">
                {fault}
              </span>
            </footer>
          </>
        )}
      </form>
    </main>
  );
}

interface Loaded {
  readonly preferences: Preferences;
  readonly configured: ReadonlySet<NotificationChannel>;
}

const NOTHING: Pick<Preferences, 'contacts' | 'version'> = {
  contacts: { email: null, phone: null, webhookUrl: null, states: [] },
  version: 0,
};
const NO_CHANNELS: ReadonlySet<NotificationChannel> = new Set();

function useSettings(client: Pick<Fillstream, 'ask'>) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [saved, setSaved] = useState('');
  const [isSaving, setSaving] = useState(false);
  const take = useCallback((next: Loaded): void => {
    setLoaded(next);
    setDraft(draftOf(next.preferences));
    setFault(null);
  }, []);
  const load = useCallback(async (): Promise<void> => {
    setSaved('');
    try {
      const answer = await client.ask<BlotterSettingsQuery>(BlotterSettingsDocument as DocumentNode);
      const configured = answer.channels.filter((each) => each.configured).map(({ channel }) => channel);
      take({ preferences: answer.notificationPreferences, configured: new Set(configured) });
    } catch {
      setFault('The settings can’t be loaded now.');
    }
  }, [client, take]);
  useEffect(() => void load(), [load]);
  const save = async (): Promise<void> => {
    if (!loaded || !draft) return;
    setSaving(true);
    setSaved('');
    try {
      const document = BlotterSetPreferencesDocument as DocumentNode;
      const input = inputOf(draft, loaded.preferences);
      const { setNotificationPreferences: answer } = await client.ask<BlotterSetPreferencesMutation>(document, {
        input,
      });
      if (answer.refusal) setFault(refusedOf(answer.refusal));
      else {
        take({ ...loaded, preferences: answer.preferences });
        setSaved(['Saved.', ...answer.codes.map(codeSent)].join(' '));
      }
    } catch (error) {
      setFault(`They may not have been saved: ${error instanceof Error ? error.message : String(error)}`);
    }
    setSaving(false);
  };
  const isDirty = loaded !== null && JSON.stringify(draft) !== JSON.stringify(draftOf(loaded.preferences));
  const change = (next: Draft): void => {
    setDraft(next);
    setSaved('');
  };
  /** What was kept apart from the form, whose other changes stay. */
  const keep = (preferences: Pick<Preferences, 'contacts' | 'version'>): void => {
    setLoaded((now) => now && { ...now, preferences: { ...now.preferences, ...preferences } });
    setDraft((now) => now && { ...now, version: preferences.version });
  };
  const { contacts, version } = loaded?.preferences ?? NOTHING;
  return {
    ...{ draft, configured: loaded?.configured ?? NO_CHANNELS, kept: { contacts, version } },
    ...{ fault, saved, isDirty, isSaving, load, save, change, keep },
  };
}

type SentCode = BlotterSetPreferencesMutation['setNotificationPreferences']['codes'][number];

function codeSent({ contact, refusal }: SentCode): string {
  const name = contact ? CHANNEL[contact.channel] : '';
  if (!refusal) return `${name}: a code is on its way.`;
  return `${name}: no code was sent. ${CODE_REFUSAL[refusal.code] ?? refusal.message}`;
}

type Refused = NonNullable<BlotterSetPreferencesMutation['setNotificationPreferences']['refusal']>;

const refusedOf = ({ code, message }: Refused): string =>
  code === 'VERSION_CONFLICT'
    ? 'They were changed elsewhere meanwhile: undo, and change them again.'
    : `Not saved: ${message}`;
