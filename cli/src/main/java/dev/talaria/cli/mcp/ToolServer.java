package dev.talaria.cli.mcp;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.Version;
import dev.talaria.cli.mcp.tool.Caller;
import dev.talaria.cli.mcp.tool.Tool;
import dev.talaria.cli.mcp.tool.Toolbox;
import dev.talaria.cli.text.Guidance;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.List;
import java.util.Map;

/** Puts the tools behind the SDK's server. */
final class ToolServer {
  private static final JsonMapper JSON = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();
  static final McpJsonMapper PROTOCOL_JSON = new JacksonMcpJsonMapper(JSON);

  private ToolServer() {}

  /** Makes the transport's session; it answers as soon as the transport reads. */
  static void start(Toolbox toolbox, Caller caller, StdioTransport transport) {
    List<SyncToolSpecification> tools = toolbox.tools().stream()
        .map(tool -> SyncToolSpecification.builder()
            .tool(described(tool))
            .callHandler((exchange, request) -> call(toolbox, tool, request))
            .build())
        .toList();
    McpServer.sync(transport)
        .serverInfo("talaria", Version.current())
        .instructions(Guidance.BLOCK.text() + "\n" + role(caller))
        .capabilities(McpSchema.ServerCapabilities.builder().tools(false).build())
        .jsonMapper(PROTOCOL_JSON)
        .jsonSchemaValidator(
            (schema, content) -> JsonSchemaValidator.ValidationResponse.asValid(null))
        .validateToolInputs(false)
        .immediateExecution(true) // the transport decides on which thread
        .tools(tools)
        .addToolFilter((context, tool) -> toolbox.tools().stream()
            .anyMatch(known -> known.name().equals(tool.name()) && toolbox.offers(known)))
        .build();
  }

  private static String role(Caller caller) {
    return caller.isWorker()
        ? "You are the worker of task %s. Begin with kanban_show.".formatted(caller.task())
        : "You are not the worker of a task here: you may route work, and nothing of it is yours to complete.";
  }

  private static McpSchema.Tool described(Tool tool) {
    return McpSchema.Tool.builder(tool.name(), object(tool.schema().json()))
        .description(tool.description())
        .annotations(McpSchema.ToolAnnotations.builder()
            .readOnlyHint(tool.readsOnly())
            .destructiveHint(false)
            .openWorldHint(false)
            .build())
        .build();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(ObjectNode node) {
    return JSON.convertValue(node, Map.class);
  }

  private static CallToolResult call(Toolbox toolbox, Tool tool, CallToolRequest request) {
    ObjectNode arguments = request.arguments() == null
        ? JSON.createObjectNode()
        : JSON.valueToTree(request.arguments());
    Toolbox.Answer answer = arguments.has(ToolCalls.NOT_AN_OBJECT)
        ? Toolbox.Answer.error(
            "%s: the arguments must be a JSON object such as {\"task_id\": \"t_0a1b2c3d\"}."
                .formatted(tool.name()))
        : toolbox.call(tool, arguments);
    return CallToolResult.builder()
        .addTextContent(answer.body().toString())
        .isError(answer.failed())
        .build();
  }
}
