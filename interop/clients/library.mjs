/** Does something; where the client sends its user to log in instead, finishes the login and does it again. */
export async function withLogin({ provider, user, finish }, action) {
  try {
    return await action();
  } catch (error) {
    const url = provider.takeAuthorizationUrl();
    if (!url) {
      throw error;
    }
    await finish((await user.answer(url)).searchParams);
    return await action();
  }
}

/** Nothing listens there: the browser stops before it. */
export const REDIRECT_URI = 'http://127.0.0.1:33418/callback';

/** What a client does that sends its user to log in, and cannot go on from there by itself. */
export const HALF_WAY = 'half way';
