/**
 * The 256 words of the match, by index: plain two-character words of everyday things, no two
 * sounding alike (so that they can be read aloud to the hotline), nothing rude or frightening.
 * The order is part of the product: screens and pages of every version must agree on it.
 */
export const matchWords: readonly string[] = `
白云 蓝天 青山 绿水 红叶 黄河 长江 大海 小溪 高山 平原 草地 森林 沙滩 湖泊 瀑布
彩虹 朝霞 晚风 春雨 夏日 秋叶 冬雪 清晨 正午 黄昏 月光 星空 太阳 露珠 冰川 细雨
松树 柳枝 竹林 梅花 兰草 菊花 荷叶 桃花 杏仁 梨园 苹果 香蕉 葡萄 西瓜 橘子 石榴
樱桃 草莓 核桃 红枣 花生 玉米 小麦 大豆 土豆 白菜 萝卜 南瓜 黄瓜 番茄 辣椒 蘑菇
大米 面条 馒头 饺子 豆腐 牛奶 鸡蛋 蜂蜜 绿茶 咖啡 果汁 糖果 饼干 面包 月饼 粽子
老虎 狮子 大象 熊猫 骏马 山羊 白兔 刺猬 小鹿 羚羊 骆驼 海豚 鲸鱼 金鱼 青蛙 乌龟
孔雀 燕子 喜鹊 白鹤 天鹅 老鹰 鸽子 麻雀 蝴蝶 蜜蜂 蜻蜓 蚂蚁 蟋蟀 螃蟹 企鹅 海鸥
书本 铅笔 毛笔 墨水 纸张 橡皮 尺子 书包 黑板 课桌 地图 字典 日历 钟表 眼镜 雨伞
电灯 蜡烛 窗户 木门 沙发 床铺 枕头 毛巾 牙刷 肥皂 镜子 梳子 水杯 茶壶 饭碗 筷子
勺子 菜篮 铁锅 冰箱 风扇 电话 水壶 相机 钥匙 锁头 毛线 针线 纽扣 帽子 围巾 手套
衬衫 长裤 皮鞋 袜子 裙子 外套 汽车 火车 飞机 轮船 单车 卡车 地铁 帆船 气球 风筝
足球 篮球 排球 乒乓 羽毛 象棋 围棋 跳绳 滑冰 游泳 跑步 登山 钢琴 吉他 小号 锣鼓
笛子 二胡 琵琶 歌曲 舞蹈 图画 剪纸 陶瓷 丝绸 刺绣 灯笼 鞭炮 春联 红包 龙舟 舞狮
长城 故宫 宝塔 石桥 城楼 庭院 村庄 街道 广场 公园 学校 工厂 商店 邮局 车站 码头
机场 灯塔 水库 梯田 果园 牧场 鱼塘 麦田 粮仓 风车 水井 磨坊 篱笆 石阶 木桥 草坪
早晨 中秋 元旦 清明 立夏 白露 霜降 大寒 东方 南风 西湖 北京 上游 中间 下午 左岸
`
  .trim()
  .split(/\s+/);
