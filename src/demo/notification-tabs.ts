/** What a trader’s app asks for about notifications. */
export const NOTIFICATION_TABS: readonly string[] = [
  `# What I was told, newest first, and where each one
# went and why. From here
# notificationReceived(after: <position>) goes on.
query MyNotifications {
  notifications(
    first: 20
    filter: { categories: [ORDERS, RISK] }
  ) {
    unreadCount
    position
    edges {
      node {
        title
        body
        type
        critical
        readAt
        deliveries {
          channel
          state
          reason
          at
        }
        id
      }
    }
  }
}
`,
  `# Each new notification and each mark, live; all
# categories without the argument, and all strategies
# without theirs. Variables:
# { "after": "<position of MyNotifications>" }
subscription WatchNotifications(
  $after: Cursor
  $strategies: [String!]
) {
  notificationReceived(
    after: $after
    categories: [ORDERS, RISK, ACCOUNT]
    strategies: $strategies
  ) {
    change
    cursor
    notification {
      title
      body
      readAt
      id
    }
  }
}
`,
  `# On all my devices. The ids are of MyNotifications;
# all: true marks every one.
mutation MarkAsRead {
  markNotificationsRead(
    input: { ids: ["<id of a notification>"] }
  ) {
    unreadCount
    notifications {
      readAt
    }
  }
}
`,
  `# Out of the list, on all my devices.
mutation ArchiveNotifications {
  archiveNotifications(
    input: { ids: ["<id of a notification>"] }
  ) {
    unreadCount
    notifications {
      archivedAt
    }
  }
}
`,
  `# What I want to be told, where and when, and what
# this service can send at all.
query MyPreferences {
  notificationPreferences {
    version
    locale
    timeZone
    channels {
      category
      channel
      setting
      onByDefault
    }
    criticalChannels
    mutedSymbols
    quietHours {
      days
      from
      to
      channels
    }
    digestAt
    reports {
      report
      at
    }
    contacts {
      email
      phone
      states {
        channel
        state
        goneReason
      }
    }
  }
  channels {
    channel
    configured
    kinds
  }
}
`,
  `# What is absent stays as it is. Critical ones come
# in quiet hours too.
mutation SetPreferences {
  setNotificationPreferences(
    input: {
      timeZone: "Asia/Kolkata"
      channels: [
        {
          category: ORDERS
          channel: EMAIL
          setting: DIGEST
        }
      ]
      quietHours: [
        {
          days: [MONDAY, TUESDAY]
          from: "22:00"
          to: "07:00"
        }
      ]
      mutedSymbols: ["TSLA"]
    }
  ) {
    preferences {
      version
    }
    refusal {
      code
      field
      message
    }
  }
}
`,
  `# Where I am reached outside of apps: a code comes to
# each new address, and until I give it nothing else.
# CHANNEL_OFF: this service sends none.
mutation SendMeACode {
  sendContactCode(input: { channel: EMAIL }) {
    contact {
      state
      codeExpiresAt
    }
    refusal {
      code
      message
    }
  }
}
`,
  `# The code that came last: 10 minutes, 5 tries.
mutation VerifyMyAddress {
  verifyContact(
    input: { channel: EMAIL, code: "123456" }
  ) {
    contact {
      state
    }
    refusal {
      code
      message
    }
  }
}
`,
  `# My browsers and phones, and whether pushes reach
# them.
query MyDevices {
  devices {
    installation
    platform
    permission
    pushProvider
    seenAt
  }
}
`,
  `# What an app tells at each start: with a token where
# it may show notifications.
mutation RegisterADevice {
  registerDevice(
    input: {
      installation: "my-browser"
      platform: WEB
      permission: PROMPT
      locale: "en"
    }
  ) {
    promptForPush
    refusal {
      message
    }
  }
}
`,
  `# On signing out: nothing is pushed there any more.
mutation RemoveADevice {
  removeDevice(input: { installation: "my-browser" }) {
    refusal {
      code
    }
  }
}
`,
  `# Somebody has the app before them: nothing is pushed
# for half a minute, or as long as a socket says so.
mutation ReportPresence {
  reportPresence(
    input: {
      installation: "my-browser"
      foreground: true
    }
  ) {
    promptForPush
  }
}
`,
];
