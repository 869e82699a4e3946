// Each package takes a good token, and refuses a bad one, with mintmark-jsonwebtoken as the only jsonwebtoken there is.
import "reflect-metadata";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const jwt = require("jsonwebtoken");
assert.equal(jwt, require("mintmark/jsonwebtoken"));
for (const user of ["express-jwt", "koa-jwt", "jwks-rsa", "passport-jwt", "@nestjs/jwt", "twilio"])
  for (const found of [createRequire(require.resolve(user)).resolve("jsonwebtoken")])
    assert.match(found, /mintmark|node_modules\/jsonwebtoken\/index\.cjs$/, user);

const secret = "a secret of thirty-two bytes or more, for this";
const token = jwt.sign({ sub: "user_123" }, secret, { expiresIn: "15m" });
const expired = jwt.sign({ sub: "user_123" }, secret, { expiresIn: "-1m" });

/** Starts a server, and returns the status and text that it answers a token with. */
async function ask(listener, ...tokens) {
  const server = createServer(listener).listen(0);
  const answers = [];
  for (const one of tokens) {
    const response = await fetch(`http://localhost:${server.address().port}/`, {
      headers: { authorization: `Bearer ${one}` },
    });
    answers.push([response.status, await response.text()]);
  }
  server.close();
  return answers;
}
const uses = {
  async "express-jwt"() {
    const { expressjwt } = require("express-jwt");
    const app = require("express")();
    app.use(expressjwt({ secret, algorithms: ["HS256"] }));
    app.get("/", (request, response) => response.send(request.auth.sub));
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express tells handlers of errors by their four parameters
    app.use((error, _request, response, _next) => response.status(error.status).send(error.inner.name));
    assert.deepEqual(await ask(app, token, expired), [
      [200, "user_123"],
      [401, "TokenExpiredError"],
    ]);
  },
  async "koa-jwt"() {
    const app = new (require("koa"))();
    app.silent = true;
    app.use(require("koa-jwt")({ secret })).use((context) => (context.body = context.state.user.sub));
    assert.deepEqual(
      (await ask(app.callback(), token, expired)).map(([status]) => status),
      [200, 401],
    );
  },
  async "passport-jwt"() {
    const { Strategy, ExtractJwt } = require("passport-jwt");
    const passport = new (require("passport").Passport)();
    const options = { secretOrKey: secret, jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() };
    passport.use(new Strategy(options, (payload, done) => done(null, { id: payload.sub })));
    const app = require("express")();
    app.get("/", passport.authenticate("jwt", { session: false }), (request, response) =>
      response.send(request.user.id),
    );
    assert.deepEqual(
      (await ask(app, token, expired)).map(([status]) => status),
      [200, 401],
    );
  },
  async "jwks-rsa"() {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k", use: "sig", alg: "RS256" }] };
    const server = createServer((_, response) => response.end(JSON.stringify(jwks))).listen(0);
    const client = require("jwks-rsa")({ jwksUri: `http://localhost:${server.address().port}/` });
    const getKey = (header, done) => client.getSigningKey(header.kid, (error, key) => done(error, key?.getPublicKey()));
    const verify = (one) =>
      new Promise((resolve, reject) =>
        jwt.verify(one, getKey, { algorithms: ["RS256"] }, (error, it) => (error ? reject(error) : resolve(it))),
      );
    const signed = (kid) =>
      jwt.sign({ sub: "user_123" }, privateKey, { algorithm: "RS256", keyid: kid, expiresIn: 60 });
    assert.equal((await verify(signed("k"))).sub, "user_123");
    await assert.rejects(verify(signed("other")), /error in secret or public key callback/);
    server.close();
  },
  async "@nestjs/jwt, in a Nest application"() {
    const { Module, Controller, Get, Req, Inject, UnauthorizedException } = require("@nestjs/common");
    const { NestFactory } = require("@nestjs/core");
    const { JwtModule, JwtService } = require("@nestjs/jwt");
    class Users {
      constructor(service) {
        this.service = service;
      }
      async me(request) {
        try {
          return (await this.service.verifyAsync(request.headers.authorization.slice(7))).sub;
        } catch {
          throw new UnauthorizedException();
        }
      }
    }
    Controller()(Users);
    Inject(JwtService)(Users, undefined, 0);
    Req()(Users.prototype, "me", 0);
    Get()(Users.prototype, "me", Object.getOwnPropertyDescriptor(Users.prototype, "me"));
    const App = function App() {};
    Module({ imports: [JwtModule.register({ secret, signOptions: { expiresIn: "60s" } })], controllers: [Users] })(App);
    const app = await NestFactory.create(App, { logger: false });
    await app.init();
    const signed = await app.get(JwtService).signAsync({ sub: "user_123" });
    assert.deepEqual(
      (await ask(app.getHttpAdapter().getInstance(), signed, token, expired)).map(([status]) => status),
      [200, 200, 401],
    );
    await app.close();
  },
  async twilio() {
    const { AccessToken } = require("twilio").jwt;
    const access = new AccessToken("AC1", "SK1", secret, { identity: "user_123" });
    access.addGrant(new AccessToken.VideoGrant({ room: "room" }));
    assert.equal(jwt.verify(access.toJwt(), secret, { algorithms: ["HS256"] }).grants.identity, "user_123");
  },
};

process.on("warning", () => undefined);
for (const [name, use] of Object.entries(uses)) {
  try {
    await use();
    console.log(`ok mintmark-jsonwebtoken: ${name}`);
  } catch (error) {
    console.log(`mintmark-jsonwebtoken: ${name}: ${error.message.replaceAll("\n", " ")}`);
  }
}
process.exit(0);
