package dev.talaria.board.task;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which skill names a task may carry (contract 3.5, create). */
public final class Skills {
  private static final List<String> HERMES_PLATFORMS = List.of(
      "acp",
      "api-server",
      "bluebubbles",
      "cli",
      "cron",
      "dingtalk",
      "discord",
      "email",
      "feishu",
      "gateway",
      "homeassistant",
      "matrix",
      "mattermost",
      "qqbot",
      "signal",
      "slack",
      "sms",
      "telegram",
      "webhook",
      "wecom",
      "wecom-callback",
      "weixin",
      "whatsapp",
      "yuanbao");
  private static final List<String> TOOLSETS = List.of(
      "browser",
      "clarify",
      "code_execution",
      "computer_use",
      "context_engine",
      "cronjob",
      "debugging",
      "delegation",
      "discord",
      "discord_admin",
      "feishu_doc",
      "feishu_drive",
      "file",
      "homeassistant",
      "image_gen",
      "kanban",
      "memory",
      "messaging",
      "moa",
      "safe",
      "search",
      "session_search",
      "skills",
      "spotify",
      "terminal",
      "todo",
      "tts",
      "video",
      "video_gen",
      "vision",
      "web",
      "x_search",
      "yuanbao");

  private Skills() {}

  /** The toolsets that hermes registers by itself; a board may refuse others. */
  public static Set<String> hermesToolsets() {
    Set<String> names = new LinkedHashSet<>(TOOLSETS);
    HERMES_PLATFORMS.forEach(platform -> names.add("hermes-" + platform));
    return Set.copyOf(names);
  }

  static @Nullable List<String> normalised(@Nullable List<String> skills, Set<String> refused) {
    if (skills == null) {
      return null;
    }
    Set<String> kept = new LinkedHashSet<>();
    List<String> toolsets = new ArrayList<>();
    for (String skill : skills) {
      String name = HermesText.strip(skill);
      if (name.isEmpty()) {
        continue;
      }
      if (name.contains(",")) {
        throw new InvalidRequestException(
            "Skill '%s' holds a comma; give each skill by itself.".formatted(name));
      }
      if (refused.contains(HermesText.lower(name))) {
        toolsets.add(name);
      }
      kept.add(name);
    }
    if (!toolsets.isEmpty()) {
      throw new InvalidRequestException(
          "%s: these are toolsets, not skills; enable them in the profile.".formatted(toolsets));
    }
    return List.copyOf(kept);
  }
}
