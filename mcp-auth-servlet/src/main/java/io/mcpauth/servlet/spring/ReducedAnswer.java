package io.mcpauth.servlet.spring;

import io.mcpauth.policy.ListAnswers;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/** An answer that is written with the lists in it reduced. */
final class ReducedAnswer implements ServerResponse {
  private final ServerResponse answer;
  private final ListAnswers lists;

  ReducedAnswer(ServerResponse answer, ListAnswers lists) {
    this.answer = answer;
    this.lists = lists;
  }

  @Override
  public HttpStatusCode statusCode() {
    return answer.statusCode();
  }

  /** Of Spring 6 alone, which wants it. */
  @Deprecated
  @SuppressWarnings("removal")
  public int rawStatusCode() {
    return answer.statusCode().value();
  }

  @Override
  public HttpHeaders headers() {
    return answer.headers();
  }

  @Override
  public MultiValueMap<String, Cookie> cookies() {
    return answer.cookies();
  }

  @Override
  public @Nullable ModelAndView writeTo(
      HttpServletRequest request, HttpServletResponse response, Context context)
      throws ServletException, IOException {
    ReducingResponse reducing = new ReducingResponse(response, lists);
    ModelAndView view = answer.writeTo(request, reducing, context);
    if (!request.isAsyncStarted()) {
      reducing.end();
    }
    return view;
  }
}
