import { z } from 'zod';
import { builder } from '../graphql/builder.ts';
import { idSchema } from '../kernel/text.ts';
import { ChannelSetting, NotificationReport, Weekday } from './preference-types.ts';
import { NotificationCategory, NotificationChannel } from './types.ts';

/** More than any list of preferences holds: the schema of preferences has the exact bounds. */
const LIST_VALUES_MAX = 1_000;
const bounded = z.array(z.any()).max(LIST_VALUES_MAX).nullish();
const TEXT_CHARACTERS_MAX = 4_096;
const text = z.string().max(TEXT_CHARACTERS_MAX).nullish();

const ChannelPreferenceInput = builder.inputType('ChannelPreferenceInput', {
  fields: (t) => ({
    category: t.field({ type: NotificationCategory, required: true }),
    channel: t.field({ type: NotificationChannel, required: true }),
    setting: t.field({ type: ChannelSetting, description: 'Null: as by default.' }),
  }),
});

const QuietHoursInput = builder.inputType('QuietHoursInput', {
  fields: (t) => ({
    days: t.field({ type: [Weekday], required: true, validate: bounded }),
    from: t.string({ required: true, validate: text, description: 'HH:MM, local.' }),
    to: t.string({ required: true, validate: text, description: 'HH:MM, local; not after `from`: of the next day.' }),
    channels: t.field({ type: [NotificationChannel], validate: bounded, description: 'Absent: all but IN_APP.' }),
  }),
});

const ChannelCapInput = builder.inputType('ChannelCapInput', {
  description: 'Absent: as by default, which for EMAIL and SMS is the most: theirs can only be lowered.',
  fields: (t) => ({
    channel: t.field({ type: NotificationChannel, required: true }),
    perMinute: t.int(),
    perHour: t.int(),
    perDay: t.int(),
  }),
});

const ReportPreferenceInput = builder.inputType('ReportPreferenceInput', {
  fields: (t) => ({
    report: t.field({ type: NotificationReport, required: true }),
    at: t.string({ required: true, validate: text, description: 'HH:MM, local.' }),
    weekday: t.field({ type: Weekday, description: 'Of a weekly one.' }),
    day: t.int({ description: 'Of a monthly one: 1 to 31, or the last day.' }),
  }),
});

const WebhookContactInput = builder.inputType('WebhookContactInput', {
  description: 'Where notifications are posted, signed as Standard Webhooks has it.',
  fields: (t) => ({
    url: t.string({ required: true, validate: text, description: 'https.' }),
    secret: t.string({ validate: text, description: 'whsec_ and base64; absent: the one that was given before.' }),
  }),
});

const ContactsInput = builder.inputType('NotificationContactsInput', {
  description: 'What is absent stays as it is; null removes.',
  fields: (t) => ({
    email: t.string({ validate: text, description: 'Nothing but a code goes to a new one until it is verified.' }),
    phone: t.string({ validate: text, description: 'E.164, such as +14155550100; verified as an address.' }),
    webhook: t.field({ type: WebhookContactInput, description: 'Given again, one that is GONE is tried again.' }),
  }),
});

export const PreferencesInput = builder.inputType('NotificationPreferencesInput', {
  description: 'What is absent stays as it is; a list replaces the whole list, but for `channels`.',
  fields: (t) => ({
    expectedVersion: t.int({ description: 'Refused with VERSION_CONFLICT when they are of another version by now.' }),
    locale: t.string({ validate: text, description: 'en, ar or hi.' }),
    timeZone: t.string({ validate: text, description: 'IANA.' }),
    region: t.string({ validate: idSchema.nullish() }),
    channels: t.field({
      type: [ChannelPreferenceInput],
      validate: bounded,
      description: 'Each sets one category on one channel; the others stay.',
    }),
    criticalChannels: t.field({ type: [NotificationChannel], validate: bounded, description: 'Null: as by default.' }),
    mutedSymbols: t.stringList({ validate: bounded }),
    mutedStrategies: t.stringList({ validate: bounded }),
    quietHours: t.field({ type: [QuietHoursInput], validate: bounded }),
    caps: t.field({ type: [ChannelCapInput], validate: bounded }),
    digestAt: t.stringList({ validate: bounded }),
    reports: t.field({ type: [ReportPreferenceInput], validate: bounded }),
    contacts: t.field({ type: ContactsInput }),
  }),
});
